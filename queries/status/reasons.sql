-- status/reasons: one row per ledger entry and line at stake that it stands for.
-- reads: ledger_state, lines_held
-- params: none
-- A line may wait for several entries: its own, its asset's, its manifest's. Entries of lines are as
-- many as lines, so neither side of them is kept; the others are few, and looked up once for both.
with groups as materialized (
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
    where e.kind in ('asset', 'manifest')
)

select
    e.ledger_id,
    e.manifest,
    e.accounting_period,
    e.fault,
    e.tier,
    e.outcome,
    e.is_open,
    e.first_at,
    e.next_attempt_at,
    h.status,
    h.currency,
    h.amount,
    h.line
from ledger_state as e
inner join lines_held as h on e.ledger_id = h.ledger_id
where e.kind = 'line' and h.at_stake
union all
select
    e.* exclude (kind, asset),
    h.status,
    h.currency,
    h.amount,
    h.line
from groups as e
inner join
    lines_held as h
    on
        e.manifest = h.manifest
        and e.accounting_period = h.accounting_period
        and e.asset = h.asset
        and list_contains(h.faults, e.fault)
where e.kind = 'asset' and h.at_stake
union all
select
    e.* exclude (kind, asset),
    h.status,
    h.currency,
    h.amount,
    h.line
from groups as e
inner join
    lines_held as h
    on
        e.manifest = h.manifest
        and e.accounting_period = h.accounting_period
        and list_contains(h.faults, e.fault)
where e.kind = 'manifest' and h.at_stake
