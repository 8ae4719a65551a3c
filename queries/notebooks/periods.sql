-- notebooks/periods: what became of the money of one currency, one row per accounting period, in order.
-- reads: places
-- params: $currency VARCHAR, $service VARCHAR
-- The service may be null: all. waiting is what is neither matched nor excluded.
with sums as (
    select
        p.accounting_period,
        sum(p.lines)::BIGINT as lines,
        sum(p.unreadable_lines)::BIGINT as unreadable_lines,
        sum(p.amount) as reported,
        coalesce(sum(p.amount) filter (p.status = 'matched'), 0) as matched,
        coalesce(sum(p.amount) filter (p.status = 'unmatched'), 0) as unmatched,
        coalesce(sum(p.amount) filter (p.status = 'held'), 0) as held,
        coalesce(sum(p.amount) filter (p.status = 'quarantined'), 0) as quarantined,
        coalesce(sum(p.amount) filter (p.status = 'excluded'), 0) as excluded
    from places as p
    where
        p.currency = $currency::VARCHAR
        and p.service = coalesce($service::VARCHAR, p.service)
    group by p.accounting_period
)

select
    s.accounting_period,
    s.reported::DECIMAL(38, 18) as reported,
    s.matched::DECIMAL(38, 18) as matched,
    (s.unmatched + s.held + s.quarantined)::DECIMAL(38, 18) as waiting,
    s.unmatched::DECIMAL(38, 18) as unmatched,
    s.held::DECIMAL(38, 18) as held,
    s.quarantined::DECIMAL(38, 18) as quarantined,
    s.excluded::DECIMAL(38, 18) as excluded,
    s.lines,
    s.unreadable_lines
from sums as s
order by s.accounting_period asc
