-- replay/entries: one row per line held back and per open entry for many lines, by its id. reads: staged, quarantine, ledger_state
-- params: none
select
    s.ledger_id,
    s.manifest,
    s.accounting_period,
    s.asset,
    'staged' as place,
    null as fault,
    s.status
from staged as s
union all
select
    q.ledger_id,
    q.manifest,
    q.accounting_period,
    q.asset,
    'quarantine' as place,
    q.fault,
    null as status
from quarantine as q
union all
select
    e.ledger_id,
    e.manifest,
    e.accounting_period,
    e.asset,
    e.kind as place,
    e.fault,
    null as status
from ledger_state as e
where e.kind not in ('line', 'request') and e.is_open
