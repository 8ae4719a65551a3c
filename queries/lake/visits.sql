-- lake/visits: one row per look at a source. reads: books.visits
-- params: none
select
    v.source,
    v.occasion,
    v.committed,
    v.unchanged,
    v.refused,
    v.detail,
    v.run,
    v.at
from books.visits as v
order by v.at, v.source, v.occasion
