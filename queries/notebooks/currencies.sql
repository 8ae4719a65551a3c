-- notebooks/currencies: what the books and the lines say of each currency, one row each, most lines
-- first. reads: places, reported
-- params: $periods VARCHAR[]
-- The periods may be null: all. difference is the lines' sum less what was booked when the reports
-- were read, before any line had a status: 0 where nothing is lost.
with lines as (
    select
        p.currency,
        sum(p.lines)::BIGINT as lines,
        sum(p.amount)::DECIMAL(38, 18) as amount,
        coalesce(sum(p.amount) filter (p.status = 'matched'), 0)::DECIMAL(38, 18) as matched
    from places as p
    where $periods::VARCHAR[] is null or list_contains($periods::VARCHAR[], p.accounting_period)
    group by p.currency
),

books as (
    select
        coalesce(r.currency, '') as currency,
        sum(r.lines)::BIGINT as lines,
        sum(r.amount)::DECIMAL(38, 18) as amount
    from reported as r
    where $periods::VARCHAR[] is null or list_contains($periods::VARCHAR[], r.accounting_period)
    group by coalesce(r.currency, '')
)

select
    coalesce(b.currency, l.currency) as currency,
    coalesce(b.lines, 0) as reported_lines,
    coalesce(b.amount, 0)::DECIMAL(38, 18) as reported,
    coalesce(l.matched, 0)::DECIMAL(38, 18) as matched,
    coalesce(l.lines, 0) - coalesce(b.lines, 0) as difference_lines,
    (coalesce(l.amount, 0) - coalesce(b.amount, 0))::DECIMAL(38, 18) as difference
from books as b
full outer join lines as l on b.currency = l.currency
order by reported_lines desc, currency asc
