-- match/recordings_compared: adds one row per further recording that step 5 settled on. reads: fuzzy_verdicts, found_recordings, catalog.index_recordings
-- params: none
insert into found_recordings
select r.*
from catalog.index_recordings as r
semi join fuzzy_verdicts as v on r.recording_no = v.recording_no
anti join found_recordings as f on r.recording_no = f.recording_no
