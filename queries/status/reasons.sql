-- status/reasons: one row per ledger entry and line at stake that it stands for.
-- reads: ledger_state, lines_held
-- params: none
-- A line may wait for several entries: its own, its asset's, its manifest's. Both sides are looked
-- up once for all three: what the events say is folded anew each time.
with entries as materialized (
    select
        e.ledger_id,
        e.kind,
        e.manifest,
        e.accounting_period,
        e.asset,
        e.fault,
        e.tier,
        e.outcome,
        e.is_open,
        e.first_at,
        e.next_attempt_at
    from ledger_state as e
),

held as materialized (
    select
        h.ledger_id,
        h.manifest,
        h.accounting_period,
        h.asset,
        h.faults,
        h.status,
        h.currency,
        h.amount,
        h.line
    from lines_held as h
    where h.at_stake
)

select
    e.* exclude (kind, asset),
    h.status,
    h.currency,
    h.amount,
    h.line
from entries as e
inner join held as h on e.ledger_id = h.ledger_id
where e.kind = 'line'
union all
select
    e.* exclude (kind, asset),
    h.status,
    h.currency,
    h.amount,
    h.line
from entries as e
inner join
    held as h
    on
        e.manifest = h.manifest
        and e.accounting_period = h.accounting_period
        and e.asset = h.asset
        and list_contains(h.faults, e.fault)
where e.kind = 'asset'
union all
select
    e.* exclude (kind, asset),
    h.status,
    h.currency,
    h.amount,
    h.line
from entries as e
inner join
    held as h
    on
        e.manifest = h.manifest
        and e.accounting_period = h.accounting_period
        and list_contains(h.faults, e.fault)
where e.kind = 'manifest'
