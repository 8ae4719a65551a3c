-- notebooks/drift_money_by: a source's money in a period and in the one before, one row per service
-- (`by` is service) or per territory (`by` is territory), the largest change first.
-- reads: drift, endings
-- params: $by VARCHAR, $source VARCHAR, $currency VARCHAR, $period VARCHAR, $previous VARCHAR
-- Deliveries that pay no longer are left out; $previous may be null: then nothing was before.
with sums as (
    select
        case $by::VARCHAR
            when 'service' then d.service
            when 'territory' then d.territory
        end as name,
        coalesce(
            sum(d.lines) filter (d.accounting_period = $period::VARCHAR), 0
        )::BIGINT as lines_now,
        coalesce(
            sum(d.lines) filter (d.accounting_period = $previous::VARCHAR), 0
        )::BIGINT as lines_then,
        coalesce(
            sum(d.amount) filter (d.accounting_period = $period::VARCHAR), 0
        )::DECIMAL(38, 18) as amount_now,
        coalesce(
            sum(d.amount) filter (d.accounting_period = $previous::VARCHAR), 0
        )::DECIMAL(38, 18) as amount_then
    from drift as d
    anti join endings as e
        on d.manifest = e.manifest and d.accounting_period = e.accounting_period
    where
        d.measure = 'all'
        and d.source = $source::VARCHAR
        and d.currency = $currency::VARCHAR
        and (
            d.accounting_period = $period::VARCHAR or d.accounting_period = $previous::VARCHAR
        )
    group by name
)

select
    s.name,
    s.amount_now,
    s.amount_then,
    (s.amount_now - s.amount_then)::DECIMAL(38, 18) as change,
    s.lines_now,
    s.lines_then
from sums as s
order by abs(s.amount_now - s.amount_then) desc, abs(s.amount_now) desc, s.name asc
