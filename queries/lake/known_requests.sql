-- lake/known_requests: requests of a source that are done, one row each. reads: books.requests
-- params: $source VARCHAR
select r.request
from books.requests as r
where r.source = $source
