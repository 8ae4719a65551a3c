-- status/alerts: one row per alert, latest first. reads: alerts
-- params: $latest INTEGER
select
    a.at,
    a.severity,
    a.fault,
    a.asset,
    a.manifest,
    a.accounting_period,
    a.lines,
    coalesce(a.currency, '') as currency,
    a.amount,
    a.detail,
    count(*) over () as alerts_in_all
from alerts as a
order by a.at desc, a.severity asc, abs(a.amount) desc nulls last, a.alert_id asc
limit $latest::INTEGER
