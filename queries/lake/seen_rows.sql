-- lake/seen_rows: rows of a source that may come once more, one row each. reads: books.seen
-- params: $source VARCHAR
select
    s.row_key,
    s.digest
from books.seen as s
where s.source = $source
