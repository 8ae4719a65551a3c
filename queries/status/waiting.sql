-- status/waiting: one row per fault that lines wait for, and currency, most lines first.
-- reads: ledger_state, reasons
-- params: $manifest VARCHAR, $accounting_period VARCHAR
-- Both parameters may be null: then all deliveries count. A line may wait for several faults.
with waiting as (
    select
        e.fault,
        e.tier,
        r.currency,
        r.amount,
        e.first_at,
        e.next_attempt_at,
        e.outcome
    from ledger_state as e
    inner join reasons as r on e.ledger_id = r.ledger_id
    where
        e.is_open
        and e.manifest = coalesce($manifest::VARCHAR, e.manifest)
        and e.accounting_period = coalesce($accounting_period::VARCHAR, e.accounting_period)
),

faults as (
    select
        w.fault,
        count(*) as fault_lines
    from waiting as w
    group by w.fault
)

select
    w.fault,
    any_value(w.tier) as tier,
    w.currency,
    count(*) as lines,
    coalesce(sum(w.amount), 0)::DECIMAL(38, 18) as amount,
    count(*) filter (w.amount is null) as unreadable_lines,
    count(*) filter (w.outcome = 'escalated') as escalated_lines,
    min(w.first_at) as oldest_at,
    min(w.next_attempt_at) as next_at
from waiting as w
inner join faults as f on w.fault = f.fault
group by w.fault, w.currency, f.fault_lines
order by f.fault_lines desc, w.fault asc, lines desc, w.currency asc
