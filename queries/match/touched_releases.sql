-- match/touched_releases: one row per release that is changed or that holds a changed recording. reads: changed_releases, changed_recordings, catalog.tracks, former.tracks
-- params: none
create or replace temp table touched_releases as
select release_id
from changed_releases
union
select k.release_id
from catalog.tracks as k
semi join changed_recordings as c on k.recording_id = c.recording_id
union
select k.release_id
from former.tracks as k
semi join changed_recordings as c on k.recording_id = c.recording_id
