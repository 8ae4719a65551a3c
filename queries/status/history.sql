-- status/history: the events of a ledger entry, one row each, in order. reads: retry_ledger
-- params: $ledger_id VARCHAR
select
    e.at,
    e.attempt,
    e.outcome,
    e.fault,
    e.next_attempt_at,
    e.detail,
    e.run
from retry_ledger as e
where e.ledger_id = $ledger_id
order by e.at asc, e.attempt asc
