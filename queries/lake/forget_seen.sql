-- lake/forget_seen: rows that no request will bring again, one row each. reads: seen, new_cursors
-- params: none
delete from seen
using new_cursors
where seen.source = new_cursors.source and seen.moment < new_cursors.horizon
