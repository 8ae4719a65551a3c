-- lake/findings: one row per change that a delivery showed when it came. reads: books.findings
-- params: none
select
    f.manifest,
    f.accounting_period,
    f.source,
    f.finding,
    f.severity,
    f.service,
    f.territory,
    f.currency,
    f."column",
    f.subject,
    f.statistic,
    f.observed,
    f.expected,
    f."limit",
    f.q_value,
    f.lines,
    f.amount,
    f.detail,
    f.run,
    f.at
from books.findings as f
order by
    f.at asc, f.manifest asc, f.accounting_period asc, abs(f.amount) desc nulls last, f.detail asc
