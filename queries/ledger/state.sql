-- ledger/state: what the events say, one row per entry. reads: retry_ledger
-- params: none
-- An entry stands where its furthest event left it: the highest attempt and, within it, the outcome
-- latest in the list below; the first three leave it open. Of events that say the same twice the
-- earliest counts. So neither the order of the events nor repetition changes the result.
-- Nearly every entry has one event, which says it all: only the others are put in order. They are told
-- by a hash of their id, eight bytes for sixty-four; two that share one are put in order for nothing.
-- An id has one kind, so a reader of some kinds passes over the events of the others.
with several as materialized (
    select hash(e.ledger_id) as id_hash
    from retry_ledger as e
    group by hash(e.ledger_id)
    having count(*) > 1
),

ranked as not materialized (
    select
        e.*,
        list_position(
            ['opened', 'retried', 'escalated', 'released', 'resolved', 'discarded'], e.outcome
        ) as progress
    from retry_ledger as e
),

spans as (
    select
        r.*,
        row_number() over furthest as place,
        min(r.at) over (
            furthest rows between unbounded preceding and unbounded following
        ) as first_at
    from ranked as r
    semi join several as v on hash(r.ledger_id) = v.id_hash
    window
        furthest as (
            partition by r.kind, r.ledger_id
            order by r.attempt desc, r.progress desc, r.at asc, r.run asc
        )
),

states as (
    select s.*
    from spans as s
    union all
    select
        r.*,
        1 as place,
        r.at as first_at
    from ranked as r
    anti join several as v on hash(r.ledger_id) = v.id_hash
)

select
    s.ledger_id,
    s.payload_sha256,
    s.manifest,
    s.accounting_period,
    s.kind,
    s.asset,
    s.fault,
    s.tier,
    s.outcome,
    s.attempt as attempts,
    s.first_at,
    s.at as last_at,
    s.next_attempt_at,
    s.lines,
    s.currency,
    s.amount,
    s.detail,
    s.progress <= 3 as is_open
from states as s
where s.place = 1
