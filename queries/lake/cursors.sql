-- lake/cursors: one row per source that is fetched: how far it has been taken. reads: books.cursors
-- params: none
select
    c.source,
    c.value,
    c.earliest,
    c.horizon,
    c.round,
    c.seq,
    c.finished_at,
    c.run,
    c.at
from books.cursors as c
order by c.source
