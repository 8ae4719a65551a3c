-- notebooks/faults: lines by the fault that puts them aside, one row per fault, source, manifest and
-- currency, most lines first. reads: staged, quarantine, manifests
-- params: $quarantined BOOLEAN
-- $quarantined: those in quarantine alone, not those that wait. A line that waits for several faults
-- counts for each.
with lines as (
    select
        q.manifest,
        q.accounting_period,
        q.source,
        q.fault,
        coalesce(q.currency, '') as currency,
        q.amount
    from quarantine as q
    union all
    select
        s.manifest,
        s.accounting_period,
        s.source,
        unnest(s.faults) as fault,
        coalesce(s.currency, '') as currency,
        s.amount
    from staged as s
    where not $quarantined::BOOLEAN and s.status != 'excluded'
)

select
    l.fault,
    l.source,
    l.manifest,
    l.accounting_period,
    any_value(m.path) as path,
    l.currency,
    count(*) as lines,
    coalesce(sum(l.amount), 0)::DECIMAL(38, 18) as amount,
    count(*) filter (l.amount is null) as unreadable_lines
from lines as l
left join manifests as m
    on l.manifest = m.manifest and l.accounting_period = m.accounting_period
group by l.fault, l.source, l.manifest, l.accounting_period, l.currency
order by lines desc, l.fault asc, l.source asc, l.manifest asc, l.currency asc
