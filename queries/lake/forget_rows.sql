-- lake/forget_rows: rows that no request will bring again, one row each. reads: fetched_rows, new_cursors
-- params: none
delete from fetched_rows
using new_cursors
where fetched_rows.source = new_cursors.source and fetched_rows.moment < new_cursors.horizon
