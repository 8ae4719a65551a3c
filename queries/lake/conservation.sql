-- lake/conservation: what became of money, one row per delivery and currency. reads: reported, sums
-- params: none
-- Money in that currency; the three differences are 0 where all is well.
with places as (
    select
        r.manifest,
        r.accounting_period,
        r.currency,
        'reported' as place,
        r.amount,
        r.lines,
        r.unreadable_lines,
        1 as sign
    from reported as r
    union all
    select
        s.manifest,
        s.accounting_period,
        s.currency,
        s.status as place,
        s.amount,
        s.lines,
        s.unreadable_lines,
        -1 as sign
    from sums as s
)

select
    p.manifest,
    p.accounting_period,
    p.currency,
    coalesce(sum(p.amount) filter (p.place = 'reported'), 0)::DECIMAL(38, 18) as reported,
    coalesce(sum(p.amount) filter (p.place = 'matched'), 0)::DECIMAL(38, 18) as matched,
    coalesce(sum(p.amount) filter (p.place = 'unmatched'), 0)::DECIMAL(38, 18) as unmatched,
    coalesce(sum(p.amount) filter (p.place = 'held'), 0)::DECIMAL(38, 18) as held,
    coalesce(sum(p.amount) filter (p.place = 'quarantined'), 0)::DECIMAL(38, 18) as quarantined,
    coalesce(sum(p.amount) filter (p.place = 'excluded'), 0)::DECIMAL(38, 18) as excluded,
    coalesce(sum(p.unreadable_lines) filter (p.sign = -1), 0)::BIGINT as unreadable_lines,
    sum(case p.sign when 1 then p.amount else -p.amount end)::DECIMAL(38, 18) as difference,
    coalesce(sum(p.lines) filter (p.sign = 1), 0)::BIGINT as reported_lines,
    coalesce(sum(p.lines) filter (p.sign = -1), 0)::BIGINT as lines,
    sum(p.sign * p.lines)::BIGINT as lines_difference,
    sum(p.sign * p.unreadable_lines)::BIGINT as unreadable_difference
from places as p
group by p.manifest, p.accounting_period, p.currency
