-- lake/reported: what was read, one row per delivery and currency. reads: books.reported
-- params: none
select
    r.manifest,
    r.accounting_period,
    r.currency,
    r.lines,
    r.amount,
    r.unreadable_lines
from books.reported as r
order by r.manifest, r.accounting_period, r.currency
