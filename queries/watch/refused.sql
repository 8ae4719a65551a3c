-- watch/refused: deliveries that could not be taken, one row per source. reads: arrivals
-- params: $moment TIMESTAMP
-- A file counts until another version of it is taken.
with last_seen as (
    select
        a.source,
        a.state
    from arrivals as a
    where a.at <= $moment
    qualify
        row_number() over (
            partition by a.source, a.place, a.name
            order by a.at desc, a.modified_ns desc
        ) = 1
)

select
    l.source,
    count(*) as reports
from last_seen as l
where l.state = 'refused'
group by l.source
order by l.source
