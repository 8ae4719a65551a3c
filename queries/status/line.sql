-- status/line: a line that is held back, at most one row; null is what it does not say.
-- reads: staged, quarantine, manifests
-- params: $ledger_id VARCHAR
with held as (
    select
        s.*,
        null::VARCHAR as fault
    from staged as s
    where s.ledger_id = $ledger_id
    union all by name
    select
        q.*,
        'quarantined' as status
    from quarantine as q
    where q.ledger_id = $ledger_id
)

select
    m.path,
    h.*
from held as h
left join
    manifests as m
    on h.manifest = m.manifest and h.accounting_period = m.accounting_period
