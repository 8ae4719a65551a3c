-- review/staged_splits: the splits of one recording as the catalog and people have them, one row each. reads: catalog.splits, added_splits
-- params: $recording VARCHAR
create or replace temp table staged_splits as
select *
from catalog.splits
where recording_id = $recording
union all by name
select *
from added_splits
