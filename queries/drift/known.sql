-- drift/known: the deliveries of a source, an accounting period or a manifest; one row each.
-- reads: manifests
-- params: $source VARCHAR, $accounting_period VARCHAR, $manifest VARCHAR
-- Each may be null: all of them.
select
    m.manifest,
    m.accounting_period
from manifests as m
where
    m.source = coalesce($source::VARCHAR, m.source)
    and m.accounting_period = coalesce($accounting_period::VARCHAR, m.accounting_period)
    and starts_with(m.manifest, coalesce(lower($manifest::VARCHAR), ''))
order by m.manifest, m.accounting_period
