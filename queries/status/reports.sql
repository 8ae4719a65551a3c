-- status/reports: one row per delivery, latest first. reads: manifests
-- params: $manifest VARCHAR, $accounting_period VARCHAR, $latest INTEGER
-- Manifest (the beginning of one is enough) and period may be null.
select
    m.manifest,
    m.accounting_period,
    m.source,
    m.title,
    m.path,
    m.bytes,
    m.lines,
    m.resynchronised,
    m.control,
    m.by_method,
    m.by_fault,
    m.at
from manifests as m
where
    starts_with(m.manifest, coalesce($manifest::VARCHAR, ''))
    and m.accounting_period = coalesce($accounting_period::VARCHAR, m.accounting_period)
order by m.at desc, m.path asc, m.manifest asc, m.accounting_period asc
limit $latest::INTEGER
