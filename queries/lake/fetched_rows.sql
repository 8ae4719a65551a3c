-- lake/fetched_rows: rows of a source that may come once more, one row each. reads: books.fetched_rows
-- params: $source VARCHAR
select
    s.row_key,
    s.digest
from books.fetched_rows as s
where s.source = $source
