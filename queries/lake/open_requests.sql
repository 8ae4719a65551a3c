-- lake/open_requests: requests that failed and wait for another attempt, one row each. reads: retry_ledger
-- params: none
-- in_row counts the attempts since the last at which the request was given up.
with attempts as (
    select
        e.ledger_id,
        max(e.attempt) as attempts,
        max(e.attempt) filter (where e.outcome = 'escalated') as given_up_at,
        arg_max(e.outcome, e.attempt) as outcome,
        arg_max(e.next_attempt_at, e.attempt) as next_at
    from retry_ledger as e
    where e.kind = 'request'
    group by e.ledger_id
)

select
    a.ledger_id,
    a.attempts,
    a.attempts - coalesce(a.given_up_at, 0) as in_row,
    coalesce(epoch(a.next_at), 0) as next_at
from attempts as a
where a.outcome <> 'resolved'
