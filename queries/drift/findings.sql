-- drift/findings: one row per finding of deliveries that still pay, ranked by money within a period,
-- the latest period first. reads: findings, endings
-- params: $source VARCHAR, $accounting_period VARCHAR, $manifest VARCHAR
-- Each may be null: all of them. Amounts of different currencies cannot be compared; they are
-- ranked by their numbers all the same, for one list is read from its top.
select
    f.manifest,
    f.accounting_period,
    f.source,
    f.finding,
    f.severity,
    f.service,
    f.territory,
    f.currency,
    f."column",
    f.subject,
    f.statistic,
    f.observed,
    f.expected,
    f."limit",
    f.q_value,
    f.lines,
    f.amount,
    f.detail,
    f.at
from findings as f
anti join
    endings as e
    on f.manifest = e.manifest and f.accounting_period = e.accounting_period
where
    f.source = coalesce($source::VARCHAR, f.source)
    and f.accounting_period = coalesce($accounting_period::VARCHAR, f.accounting_period)
    and starts_with(f.manifest, coalesce($manifest::VARCHAR, ''))
order by
    f.accounting_period desc,
    abs(f.amount) desc nulls last,
    f.lines desc,
    f.source asc,
    f.detail asc
