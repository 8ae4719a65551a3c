-- match/index_splits: the match index of conditional terms, one row per split row of a recording whose terms have conditions. reads: catalog.splits, catalog.index_recordings
-- params: none
create table catalog.index_splits as
select s.*
from catalog.splits as s
semi join
    (select recording_id from catalog.index_recordings where splits = 'conditional') as r
    on s.recording_id = r.recording_id
