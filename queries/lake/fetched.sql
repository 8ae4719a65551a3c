-- lake/fetched: how far a source has been taken, one row or none. reads: books.cursors
-- params: $source VARCHAR
select
    c.value,
    c.earliest,
    c.round,
    c.seq,
    c.finished_at
from books.cursors as c
where c.source = $source
