-- lake/open_requests: where requests of a source's round stand, one row each. reads: retry_ledger
-- params: $since TIMESTAMPTZ
-- Events since the source's last round was over, for then none of its requests is open. Those that wait
-- for another attempt, and those that came through since: what they brought may have been lost with
-- its process, and a further attempt has a further number.
-- in_row counts the attempts since the last at which the request was given up.
with attempts as (
    select
        e.ledger_id,
        max(e.attempt) as attempts,
        max(e.attempt) filter (where e.outcome = 'escalated') as given_up_at,
        arg_max(e.outcome, e.attempt) as outcome,
        arg_max(e.next_attempt_at, e.attempt) as next_at,
        max(e.at) as last_at
    from retry_ledger as e
    where e.kind = 'request' and e.at >= $since
    group by e.ledger_id
)

select
    a.ledger_id,
    a.attempts,
    if(a.outcome = 'resolved', 0, a.attempts - coalesce(a.given_up_at, 0)) as in_row,
    coalesce(epoch(a.next_at), 0) as next_at
from attempts as a
where a.outcome <> 'resolved' or a.last_at > $since
