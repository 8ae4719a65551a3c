-- lake/fetches: one row per commit of a source that is fetched. reads: books.fetches
-- params: none
select
    f.source,
    f.round,
    f.finished_at,
    f.run,
    f.at
from books.fetches as f
order by f.at, f.source, f.round
