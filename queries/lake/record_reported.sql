-- lake/record_reported: what was read, one row per delivery and currency. reads: new_reported
-- params: none
insert into reported by name
select
    manifest,
    accounting_period,
    currency,
    lines,
    amount,
    unreadable_lines
from new_reported
