-- match/recordings_named: adds one row per further recording that a title or a text names. reads: found_recordings, by_title, by_text, catalog.index_recordings
-- params: none
insert into found_recordings
select r.*
from catalog.index_recordings as r
semi join
    (
        select recording_no from by_title
        union all
        select recording_no from by_text
    ) as n
    on r.recording_no = n.recording_no
anti join found_recordings as f on r.recording_no = f.recording_no
