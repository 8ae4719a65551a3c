-- match/read_marks: one row per recording, in the order of the marks. reads: catalog.index_marks
-- params: none
select
    recording_no,
    duration_s,
    version_hash
from catalog.index_marks
