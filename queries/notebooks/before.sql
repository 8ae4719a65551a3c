-- notebooks/before: the periods of a source before one that are as long as it, in order; the latest
-- of them. reads: choices
-- params: $source VARCHAR, $period VARCHAR, $most INTEGER
with earlier as (
    select distinct c.accounting_period
    from choices as c
    where
        c.source = $source::VARCHAR
        and c.accounting_period < $period::VARCHAR
        and length(c.accounting_period) = length($period::VARCHAR)
),

latest as (
    select e.accounting_period
    from earlier as e
    order by e.accounting_period desc
    limit $most::INTEGER
)

select l.accounting_period
from latest as l
order by l.accounting_period
