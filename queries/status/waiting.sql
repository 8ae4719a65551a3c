-- status/waiting: one row per fault that lines wait for, and currency, most lines first.
-- reads: reasons
-- params: $manifest VARCHAR, $accounting_period VARCHAR
-- Both parameters may be null: then all deliveries count. A line may wait for several faults.
with waiting as (
    select r.*
    from reasons as r
    where
        r.is_open
        and r.manifest = coalesce($manifest::VARCHAR, r.manifest)
        and r.accounting_period = coalesce($accounting_period::VARCHAR, r.accounting_period)
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
