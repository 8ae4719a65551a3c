-- lake/record_sums: changes, one row per delivery, currency and status. reads: new_sums
-- params: $number BIGINT
insert into sums by name
select
    s.manifest,
    s.accounting_period,
    s.currency,
    s.status,
    s.lines,
    s.amount,
    s.unreadable_lines,
    $number as commit_id
from new_sums as s
