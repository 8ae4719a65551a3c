-- review/completed_splits: all splits of the recordings that a person completed, one row each. reads: added_splits, catalog.splits
-- params: none
create or replace temp table completed_splits as
select s.*
from catalog.splits as s
semi join added_splits as a on s.recording_id = a.recording_id
union all by name
select *
from added_splits
