-- notebooks/drift_values: what a column says in a period and in those before, one row per value,
-- the most lines of either first. reads: drift, endings
-- params: $source VARCHAR, $currency VARCHAR, $service VARCHAR, $period VARCHAR, $before VARCHAR[], $told VARCHAR
-- Service may be null: all. is_rest: the values that the sketch does not tell one by one, together.
-- Deliveries that pay no longer are left out.
select
    case d.measure when 'rest' then '' else d.value end as value,
    d.measure = 'rest' as is_rest,
    coalesce(sum(d.lines) filter (d.accounting_period = $period::VARCHAR), 0)::BIGINT as lines_now,
    coalesce(
        sum(d.lines) filter (list_contains($before::VARCHAR[], d.accounting_period)), 0
    )::BIGINT as lines_then,
    coalesce(
        sum(d.amount) filter (d.accounting_period = $period::VARCHAR), 0
    )::DECIMAL(38, 18) as amount_now
from drift as d
anti join endings as e
    on d.manifest = e.manifest and d.accounting_period = e.accounting_period
where
    d.measure in ('value', 'rest')
    and d."column" = $told::VARCHAR
    and d.source = $source::VARCHAR
    and d.currency = $currency::VARCHAR
    and d.service = coalesce($service::VARCHAR, d.service)
    and (
        d.accounting_period = $period::VARCHAR
        or list_contains($before::VARCHAR[], d.accounting_period)
    )
group by 1, 2
order by is_rest asc, greatest(lines_now, lines_then) desc, value asc
