-- notebooks/drift_buckets: how numbers are spread in a period and in those before, one row per
-- column and bucket. reads: drift, endings
-- params: $source VARCHAR, $currency VARCHAR, $service VARCHAR, $period VARCHAR, $before VARCHAR[]
-- Service may be null: all. A bucket is as the sketch names it: 3, neg:3 or zero. Deliveries that
-- pay no longer are left out.
select
    d."column",
    d.value,
    coalesce(sum(d.lines) filter (d.accounting_period = $period::VARCHAR), 0)::BIGINT as lines_now,
    coalesce(
        sum(d.lines) filter (list_contains($before::VARCHAR[], d.accounting_period)), 0
    )::BIGINT as lines_then
from drift as d
anti join endings as e
    on d.manifest = e.manifest and d.accounting_period = e.accounting_period
where
    d.measure = 'bucket'
    and d.source = $source::VARCHAR
    and d.currency = $currency::VARCHAR
    and d.service = coalesce($service::VARCHAR, d.service)
    and (
        d.accounting_period = $period::VARCHAR
        or list_contains($before::VARCHAR[], d.accounting_period)
    )
group by d."column", d.value
order by d."column" asc, d.value asc
