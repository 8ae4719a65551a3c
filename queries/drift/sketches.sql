-- drift/sketches: the sketches of a source's deliveries that still pay, summed by accounting period;
-- one row per period, service, territory, currency, column, measure and value.
-- reads: drift, endings
-- params: $source VARCHAR, $periods VARCHAR[], $replaced VARCHAR[]
-- Replaced are deliveries, as `MANIFEST@PERIOD`, that are about to pay no longer.
-- Months of activity are put together: what comes late is a part of the period that brings it.
select
    d.accounting_period,
    d.service,
    d.territory,
    d.currency,
    d."column",
    d.measure,
    d.value,
    sum(d.lines)::BIGINT as lines,
    sum(d.quantity)::DECIMAL(38, 6) as quantity,
    sum(d.amount)::DECIMAL(38, 18) as amount
from drift as d
anti join
    endings as e
    on d.manifest = e.manifest and d.accounting_period = e.accounting_period
where
    d.source = $source::VARCHAR
    and list_contains($periods::VARCHAR[], d.accounting_period)
    and not list_contains($replaced::VARCHAR[], d.manifest || '@' || d.accounting_period)
group by
    d.accounting_period, d.service, d.territory, d.currency, d."column", d.measure, d.value
