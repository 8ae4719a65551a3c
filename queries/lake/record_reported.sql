-- lake/record_reported: what was read, one row per delivery and currency. reads: new_reported
-- params: none
-- Of a delivery that is read again, the change.
insert into reported by name
select
    manifest,
    accounting_period,
    currency,
    lines,
    amount,
    unreadable_lines
from new_reported
on conflict do update set
    lines = reported.lines + excluded.lines,
    amount = reported.amount + excluded.amount,
    unreadable_lines = reported.unreadable_lines + excluded.unreadable_lines
