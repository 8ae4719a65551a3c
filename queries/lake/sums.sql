-- lake/sums: sums as they stand, one row per delivery, currency and status. reads: books.sums
-- params: none
-- A status that no longer holds a line has no row.
select
    s.manifest,
    s.accounting_period,
    s.currency,
    s.status,
    sum(s.lines)::BIGINT as lines,
    sum(s.amount)::DECIMAL(38, 18) as amount,
    sum(s.unreadable_lines)::BIGINT as unreadable_lines
from books.sums as s
group by s.manifest, s.accounting_period, s.currency, s.status
having sum(s.lines) != 0 or sum(s.amount) != 0 or sum(s.unreadable_lines) != 0
order by s.manifest, s.accounting_period, s.currency, s.status
