-- notebooks/drift_by_service: how one number of each service is spread in a period and in those
-- before, one row per service and bucket, the service with most lines first. reads: drift, endings
-- params: $source VARCHAR, $currency VARCHAR, $period VARCHAR, $before VARCHAR[], $told VARCHAR
-- $told names the column; a bucket is as the sketch names it. Deliveries that pay no longer are left
-- out.
with sums as (
    select
        d.service,
        d.value,
        coalesce(
            sum(d.lines) filter (d.accounting_period = $period::VARCHAR), 0
        )::BIGINT as lines_now,
        coalesce(
            sum(d.lines) filter (list_contains($before::VARCHAR[], d.accounting_period)), 0
        )::BIGINT as lines_then
    from drift as d
    anti join endings as e
        on d.manifest = e.manifest and d.accounting_period = e.accounting_period
    where
        d.measure = 'bucket'
        and d."column" = $told::VARCHAR
        and d.source = $source::VARCHAR
        and d.currency = $currency::VARCHAR
        and (
            d.accounting_period = $period::VARCHAR
            or list_contains($before::VARCHAR[], d.accounting_period)
        )
    group by d.service, d.value
)

select
    s.service,
    s.value,
    s.lines_now,
    s.lines_then
from sums as s
order by sum(s.lines_now) over (partition by s.service) desc, s.service asc, s.value asc
