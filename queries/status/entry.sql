-- status/entry: a ledger entry as it stands, at most one row. reads: ledger_state
-- params: $ledger_id VARCHAR
select e.*
from ledger_state as e
where e.ledger_id = $ledger_id
