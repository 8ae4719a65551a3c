-- watch/ledger_history: one row per event of the ledger, and when the lake knew of it.
-- reads: retry_ledger, runs, fetches
-- params: none
-- Attempts at requests come into the ledger after they were made. A request names its source where
-- an entry of lines names its asset; columns that nothing here reads are null.
with known as (
    select
        r.run,
        min(r.at) as at
    from runs as r
    group by r.run
),

sources as (
    select
        f.run,
        min(f.source) as source
    from fetches as f
    group by f.run
)

select
    e.ledger_id,
    null::VARCHAR as payload_sha256,
    e.manifest,
    e.accounting_period,
    e.kind,
    if(e.kind = 'request', s.source, e.asset) as asset,
    e.fault,
    e.tier,
    e.attempt,
    e.at,
    e.next_attempt_at,
    e.outcome,
    e.run,
    null::VARCHAR as detail,
    e.lines,
    e.currency,
    e.amount,
    greatest(e.at, coalesce(k.at, e.at)) as known_at
from retry_ledger as e
left join known as k on e.run = k.run
left join sources as s on e.run = s.run
