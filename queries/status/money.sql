-- status/money: what became of money and lines, one row per currency. reads: conservation, sums
-- params: $manifest VARCHAR, $accounting_period VARCHAR
-- Both may be null: then all deliveries are summed. Most lines first.
with lines as (
    select
        s.currency,
        coalesce(sum(s.lines) filter (s.status = 'matched'), 0)::BIGINT as matched_lines,
        coalesce(sum(s.lines) filter (s.status = 'unmatched'), 0)::BIGINT as unmatched_lines,
        coalesce(sum(s.lines) filter (s.status = 'held'), 0)::BIGINT as held_lines,
        coalesce(sum(s.lines) filter (s.status = 'quarantined'), 0)::BIGINT as quarantined_lines,
        coalesce(sum(s.lines) filter (s.status = 'excluded'), 0)::BIGINT as excluded_lines
    from sums as s
    where
        s.manifest = coalesce($manifest::VARCHAR, s.manifest)
        and s.accounting_period = coalesce($accounting_period::VARCHAR, s.accounting_period)
    group by s.currency
),

money as (
    select
        c.currency,
        sum(c.reported)::DECIMAL(38, 18) as reported,
        sum(c.matched)::DECIMAL(38, 18) as matched,
        sum(c.unmatched)::DECIMAL(38, 18) as unmatched,
        sum(c.held)::DECIMAL(38, 18) as held,
        sum(c.quarantined)::DECIMAL(38, 18) as quarantined,
        sum(c.excluded)::DECIMAL(38, 18) as excluded,
        sum(c.difference)::DECIMAL(38, 18) as difference,
        sum(c.reported_lines)::BIGINT as reported_lines,
        sum(c.lines_difference)::BIGINT as difference_lines,
        sum(c.unreadable_lines)::BIGINT as unreadable_lines
    from conservation as c
    where
        c.manifest = coalesce($manifest::VARCHAR, c.manifest)
        and c.accounting_period = coalesce($accounting_period::VARCHAR, c.accounting_period)
    group by c.currency
)

select
    m.*,
    coalesce(l.matched_lines, 0) as matched_lines,
    coalesce(l.unmatched_lines, 0) as unmatched_lines,
    coalesce(l.held_lines, 0) as held_lines,
    coalesce(l.quarantined_lines, 0) as quarantined_lines,
    coalesce(l.excluded_lines, 0) as excluded_lines
from money as m
left join lines as l on m.currency = l.currency
order by m.reported_lines desc, m.currency asc
