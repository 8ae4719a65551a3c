-- status/reasons: one row per ledger entry and line at stake that it stands for.
-- reads: ledger_state, lines_held
-- params: none
-- A line may wait for several entries: its own, its asset's, its manifest's. Entries of lines are as
-- many as lines, so neither side of them is kept; the others are few, and looked up once for both.
-- They pass through a list, so that the planner takes them to be few: else it keeps all lines of a
-- manifest under one key, which no limit of memory can part.
with chosen as (
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
),

gathered as (
    select unnest(list(chosen)) as entry
    from chosen
),

groups as materialized (
    select
        g.entry['ledger_id'] as ledger_id,
        g.entry['kind'] as kind,
        g.entry['manifest'] as manifest,
        g.entry['accounting_period'] as accounting_period,
        g.entry['asset'] as asset,
        g.entry['fault'] as fault,
        g.entry['tier'] as tier,
        g.entry['outcome'] as outcome,
        g.entry['is_open'] as is_open,
        g.entry['first_at'] as first_at,
        g.entry['next_attempt_at'] as next_attempt_at
    from gathered as g
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
from groups as e
inner join
    lines_held as h
    on
        e.manifest = h.manifest
        and e.accounting_period = h.accounting_period
        and list_contains(h.faults, e.fault)
where e.kind = 'manifest' and h.at_stake
