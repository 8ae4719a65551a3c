-- seen/endings: one row per delivery, with how it ended, if it has, and whether it reverses another.
-- reads: manifests, endings
-- params: none
select
    m.manifest,
    m.accounting_period,
    e.outcome,
    e.by_manifest,
    e.by_period,
    e.decided_by,
    r.reversal is not null as is_reversal
from manifests as m
left join
    endings as e
    on m.manifest = e.manifest and m.accounting_period = e.accounting_period
left join
    endings as r
    on m.manifest = r.reversal and m.accounting_period = r.reversal_period
order by m.manifest, m.accounting_period
