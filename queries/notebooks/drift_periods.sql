-- notebooks/drift_periods: what a source reported, one row per accounting period, in order.
-- reads: drift, endings
-- params: $source VARCHAR, $currency VARCHAR, $service VARCHAR
-- Service may be null: all. Deliveries that pay no longer are left out.
select
    d.accounting_period,
    sum(d.lines)::BIGINT as lines,
    sum(d.quantity)::DECIMAL(38, 6) as quantity,
    sum(d.amount)::DECIMAL(38, 18) as amount
from drift as d
anti join endings as e
    on d.manifest = e.manifest and d.accounting_period = e.accounting_period
where
    d.measure = 'all'
    and d.source = $source::VARCHAR
    and d.currency = $currency::VARCHAR
    and d.service = coalesce($service::VARCHAR, d.service)
group by d.accounting_period
order by d.accounting_period
