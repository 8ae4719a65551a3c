-- sync/bodies: requests of a source that are done in its round, one row each. reads: bodies
-- params: $source VARCHAR
select
    b.request,
    b.url,
    b.place,
    b.start,
    b.bytes,
    b.sha256,
    b.status,
    b.link
from bodies as b
where b.source = $source
order by b.start
