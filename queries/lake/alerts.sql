-- lake/alerts: one row per event that a person must see. reads: books.alerts
-- params: none
select
    a.alert_id,
    a.at,
    a.severity,
    a.manifest,
    a.accounting_period,
    a.asset,
    a.fault,
    a.lines,
    a.currency,
    a.amount,
    a.detail,
    a.run
from books.alerts as a
order by a.at, a.severity, a.manifest, a.accounting_period, a.fault, a.asset, a.currency, a.alert_id
