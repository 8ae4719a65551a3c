-- notebooks/held_back: lines held back with their bytes, one row each, largest first.
-- reads: staged, quarantine, manifests, layouts
-- params: $quarantined BOOLEAN, $fault VARCHAR, $source VARCHAR, $manifest VARCHAR, $largest INTEGER
-- $quarantined: those in quarantine alone, not those that wait. The other filters may be null; a
-- manifest may be named by its beginning. header is null where the layout is its source's own;
-- lines_in_all counts what the limit leaves out too.
with lines as (
    select
        q.ledger_id,
        q.manifest,
        q.accounting_period,
        q.line,
        q.source,
        'quarantined' as status,
        q.faults,
        q.fault,
        coalesce(q.currency, '') as currency,
        q.amount,
        q.title,
        q.artist,
        q.isrc,
        q.gtin,
        q.territory,
        q.raw
    from quarantine as q
    union all
    select
        s.ledger_id,
        s.manifest,
        s.accounting_period,
        s.line,
        s.source,
        s.status,
        s.faults,
        s.faults[1] as fault,
        coalesce(s.currency, '') as currency,
        s.amount,
        s.title,
        s.artist,
        s.isrc,
        s.gtin,
        s.territory,
        s.raw
    from staged as s
    where not $quarantined::BOOLEAN and s.status != 'excluded'
)

select
    l.*,
    coalesce(m.path, '') as path,
    o.header,
    count(*) over () as lines_in_all
from lines as l
left join manifests as m
    on l.manifest = m.manifest and l.accounting_period = m.accounting_period
left join layouts as o
    on l.manifest = o.manifest and l.accounting_period = o.accounting_period
where
    (
        $fault::VARCHAR is null
        or l.fault = $fault::VARCHAR
        or list_contains(l.faults, $fault::VARCHAR)
    )
    and l.source = coalesce($source::VARCHAR, l.source)
    and starts_with(l.manifest, coalesce($manifest::VARCHAR, ''))
order by abs(l.amount) desc nulls last, l.manifest asc, l.accounting_period asc, l.line asc
limit $largest::INTEGER
