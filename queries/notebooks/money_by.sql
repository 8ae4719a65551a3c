-- notebooks/money_by: what became of the money of one currency, one row per service (`by` is service) or
-- per territory (`by` is territory), most that is not matched first. reads: places
-- params: $by VARCHAR, $currency VARCHAR, $periods VARCHAR[]
-- The periods may be null: all. waiting is what is neither matched nor excluded.
with sums as (
    select
        case $by::VARCHAR
            when 'service' then p.service
            when 'territory' then p.territory
        end as name,
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
        and (
            $periods::VARCHAR[] is null
            or list_contains($periods::VARCHAR[], p.accounting_period)
        )
    group by name
)

select
    s.name,
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
order by abs(waiting) desc, abs(reported) desc, s.name asc
