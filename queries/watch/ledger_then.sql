-- watch/ledger_then: the events that the lake knew at a moment, one row each. reads: ledger_history
-- params: $moment TIMESTAMP
select
    h.ledger_id,
    h.payload_sha256,
    h.manifest,
    h.accounting_period,
    h.kind,
    h.asset,
    h.fault,
    h.tier,
    h.attempt,
    h.at,
    h.next_attempt_at,
    h.outcome,
    h.run,
    h.detail,
    h.lines,
    h.currency,
    h.amount
from ledger_history as h
where h.known_at <= $moment
