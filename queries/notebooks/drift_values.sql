-- notebooks/drift_values: what a column says in a period and in those before, one row per value,
-- the most lines of either first. reads: drift, endings
-- params: $source VARCHAR, $currency VARCHAR, $service VARCHAR, $period VARCHAR, $before VARCHAR[], $told VARCHAR
-- Service may be null: all. is_rest: the values that the sketch does not tell one by one, together.
-- Deliveries that pay no longer are left out.
with sums as (
    select
        case d.measure when 'rest' then '' else d.value end as value,
        d.measure = 'rest' as is_rest,
        d.accounting_period = $period::VARCHAR as is_now,
        d.lines,
        d.amount
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
)

select
    s.value,
    s.is_rest,
    coalesce(sum(s.lines) filter (s.is_now), 0)::BIGINT as lines_now,
    coalesce(sum(s.lines) filter (not s.is_now), 0)::BIGINT as lines_then,
    coalesce(sum(s.amount) filter (s.is_now), 0)::DECIMAL(38, 18) as amount_now
from sums as s
group by s.value, s.is_rest
order by s.is_rest asc, greatest(lines_now, lines_then) desc, s.value asc
