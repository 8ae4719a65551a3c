-- lake/unbalanced: offenders, one row per delivery and currency. reads: conservation, sums
-- params: $number BIGINT
-- Deliveries that a commit touches, whose money or lines would not be conserved.
with changed as (
    select
        s.manifest,
        s.accounting_period,
        s.currency
    from sums as s
    where s.commit_id = $number
    union
    select
        r.manifest,
        r.accounting_period,
        r.currency
    from new_reported as r
)

select
    c.manifest,
    c.accounting_period,
    c.currency,
    c.difference::VARCHAR as difference,
    c.lines_difference,
    c.unreadable_difference
from conservation as c
inner join changed as d
    on
        c.manifest = d.manifest
        and c.accounting_period = d.accounting_period
        and c.currency = d.currency
where c.difference != 0 or c.lines_difference != 0 or c.unreadable_difference != 0
order by c.manifest, c.accounting_period, c.currency
