-- status/alert_groups: alerts, one row per severity, fault and currency, largest first.
-- reads: alerts
-- params: $manifest VARCHAR, $accounting_period VARCHAR
-- Both may be null. assets: how many are named; 0 where the fault leaves none to name.
with chosen as (
    select
        a.severity,
        a.fault,
        coalesce(a.currency, '') as currency,
        a.asset,
        a.lines,
        a.amount,
        a.at
    from alerts as a
    where
        a.manifest = coalesce($manifest::VARCHAR, a.manifest)
        and a.accounting_period = coalesce($accounting_period::VARCHAR, a.accounting_period)
)

select
    c.severity,
    c.fault,
    c.currency,
    count(distinct c.asset) as assets,
    sum(c.lines)::BIGINT as lines,
    coalesce(sum(c.amount), 0)::DECIMAL(38, 18) as amount,
    max(c.at) as latest_at
from chosen as c
group by c.severity, c.fault, c.currency
order by c.severity asc, abs(sum(c.amount)) desc nulls last, lines desc, c.fault asc, c.currency asc
