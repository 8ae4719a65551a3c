-- notebooks/drift_nulls: how often a column says nothing, one row per column that does so anywhere,
-- the largest change of its share first. reads: drift, endings
-- params: $source VARCHAR, $currency VARCHAR, $service VARCHAR, $period VARCHAR, $before VARCHAR[]
-- Service may be null: all. Columns that say nothing on all lines, now and before, are left out, and
-- so are deliveries that pay no longer.
with sums as (
    select
        d."column",
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
        d.measure in ('all', 'null')
        and d.source = $source::VARCHAR
        and d.currency = $currency::VARCHAR
        and d.service = coalesce($service::VARCHAR, d.service)
    group by d."column"
),

shares as (
    select
        s."column",
        s.lines_now,
        s.lines_then,
        a.lines_now as all_now,
        a.lines_then as all_then
    from sums as s
    inner join sums as a on a."column" = ''
    where s."column" != ''
)

select
    s."column",
    s.lines_now,
    s.all_now,
    s.lines_then,
    s.all_then
from shares as s
where s.lines_now < s.all_now or s.lines_then < s.all_then
order by
    abs(
        coalesce(s.lines_now / nullif(s.all_now, 0), 0)
        - coalesce(s.lines_then / nullif(s.all_then, 0), 0)
    ) desc,
    s."column" asc
