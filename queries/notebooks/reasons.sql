-- notebooks/reasons: what the money of a currency waits for, one row per fault, largest first.
-- reads: ledger_state, reasons
-- params: $currency VARCHAR, $periods VARCHAR[]
-- The periods may be null: all. A line may wait for several faults, and counts for each; without
-- money, and with an amount that can be read, it waits for none.
with waiting as (
    select
        e.fault,
        e.tier,
        e.first_at,
        e.outcome,
        r.amount
    from ledger_state as e
    inner join reasons as r on e.ledger_id = r.ledger_id
    where
        e.is_open
        and r.currency = $currency::VARCHAR
        and (
            $periods::VARCHAR[] is null
            or list_contains($periods::VARCHAR[], e.accounting_period)
        )
)

select
    w.fault,
    any_value(w.tier) as tier,
    coalesce(sum(w.amount), 0)::DECIMAL(38, 18) as amount,
    count(*) as lines,
    count(*) filter (w.amount is null) as unreadable_lines,
    count(*) filter (w.outcome = 'escalated') as escalated_lines,
    min(w.first_at) as oldest_at
from waiting as w
group by w.fault
order by abs(coalesce(sum(w.amount), 0)) desc, lines desc, w.fault asc
