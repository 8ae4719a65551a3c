-- review/rates: the latest rate of each currency into the one that most can be converted to, one row per currency, itself included. reads: catalog.fx_rates
-- params: none
-- For the order of a queue alone; money is never converted by it.
with home as (
    select r."to" as currency
    from catalog.fx_rates as r
    group by r."to"
    order by count(distinct r."from") desc, r."to" asc
    limit 1
)

select
    r."from" as currency,
    h.currency as home,
    max(r."date") as "date",
    arg_max(r.rate, (r."date", r.source))::DOUBLE as rate
from catalog.fx_rates as r
inner join home as h on r."to" = h.currency
where r."from" != h.currency
group by r."from", h.currency
union all
select
    h.currency,
    h.currency as home,
    null as "date",
    1.0::DOUBLE as rate
from home as h
order by currency
