-- audit/twice: offenders, one row per delivery with lines that stand more than once among the tables of lines. reads: deliveries, sales, staged, quarantine
-- params: none
-- A number in place of the manifest's name keeps the grouping of 28 M lines small.
with numbered as (
    select
        manifest,
        accounting_period,
        row_number() over ()::UINTEGER as delivery
    from deliveries
    group by manifest, accounting_period
),

places as (
    select
        manifest,
        accounting_period,
        "offset" as place
    from sales
    union all
    select
        manifest,
        accounting_period,
        "offset" as place
    from staged
    union all
    select
        manifest,
        accounting_period,
        "offset" as place
    from quarantine
),

repeated as (
    select
        n.delivery,
        p.place,
        count(*) as times
    from places as p
    inner join numbered as n using (manifest, accounting_period)
    group by n.delivery, p.place
    having count(*) > 1
)

select
    n.manifest,
    n.accounting_period,
    count(*) as lines,
    min(r.place)::BIGINT as first_offset
from repeated as r
inner join numbered as n using (delivery)
group by n.manifest, n.accounting_period
order by n.manifest, n.accounting_period
