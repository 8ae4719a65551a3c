-- inbox/heard: when a source was last heard or looked at, one row per source. reads: notices, visits
-- params: none
-- A notice that asks for nothing is heard too; a look that found nothing is not in the books.
with heard as (
    select
        n.source,
        n.received_at as heard_at
    from notices as n
    union all
    select
        v.source,
        v.at as heard_at
    from visits as v
)

select
    h.source,
    max(h.heard_at) as heard_at
from heard as h
group by h.source
order by h.source
