-- status/waiting: one row per fault that lines wait for, and currency, most lines first.
-- reads: reasons
-- params: $manifest VARCHAR, $accounting_period VARCHAR
-- Both parameters may be null: then all deliveries count. A line may wait for several faults.
with faults as (
    select
        r.fault,
        any_value(r.tier) as tier,
        r.currency,
        count(*) as lines,
        coalesce(sum(r.amount), 0)::DECIMAL(38, 18) as amount,
        count(*) filter (r.amount is null) as unreadable_lines,
        count(*) filter (r.outcome = 'escalated') as escalated_lines,
        min(r.first_at) as oldest_at,
        min(r.next_attempt_at) as next_at
    from reasons as r
    where
        r.is_open
        and r.manifest = coalesce($manifest::VARCHAR, r.manifest)
        and r.accounting_period = coalesce($accounting_period::VARCHAR, r.accounting_period)
    group by r.fault, r.currency
)

select f.*
from faults as f
order by
    sum(f.lines) over (partition by f.fault) desc, f.fault asc, f.lines desc, f.currency asc
