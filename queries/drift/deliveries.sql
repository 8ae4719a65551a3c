-- drift/deliveries: how many deliveries of a source that still pay have a sketch, by accounting
-- period; one row per period. reads: drift, endings
-- params: $source VARCHAR, $replaced VARCHAR[]
-- Replaced are deliveries, as `MANIFEST@PERIOD`, that are about to pay no longer.
select
    d.accounting_period,
    count(distinct d.manifest) as deliveries
from drift as d
anti join
    endings as e
    on d.manifest = e.manifest and d.accounting_period = e.accounting_period
where
    d.source = $source::VARCHAR
    and d.measure = 'all'
    and not list_contains($replaced::VARCHAR[], d.manifest || '@' || d.accounting_period)
group by d.accounting_period
order by d.accounting_period asc
