-- replay/held_layouts: one row per delivery that is held for its layout. reads: ledger_state, layouts, manifests
-- params: $manifest VARCHAR The beginning of the manifest's id.
select
    e.manifest,
    e.accounting_period,
    l.source,
    l.encoding,
    l.header,
    l.proposed,
    m.path,
    e.ledger_id
from ledger_state as e
inner join
    layouts as l
    on e.manifest = l.manifest and e.accounting_period = l.accounting_period
inner join
    manifests as m
    on e.manifest = m.manifest and e.accounting_period = m.accounting_period
where
    e.kind = 'manifest'
    and e.fault = 'SCHEMA_DRIFT'
    and e.is_open
    and starts_with(e.manifest, $manifest)
order by e.manifest, e.accounting_period
