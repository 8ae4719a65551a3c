-- status/ids: the ledger ids that begin so, one row each, at most two.
-- reads: ledger_state, staged, quarantine
-- params: $beginning VARCHAR
with ids as (
    select e.ledger_id from ledger_state as e
    union
    select s.ledger_id from staged as s
    union
    select q.ledger_id from quarantine as q
)

select i.ledger_id
from ids as i
where starts_with(i.ledger_id, $beginning::VARCHAR)
order by i.ledger_id
limit 2
