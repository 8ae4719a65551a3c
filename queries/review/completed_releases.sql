-- review/completed_releases: releases that hold a recording whose splits a person completed, one row each. reads: added_splits, catalog.tracks
-- params: none
select distinct t.release_id
from catalog.tracks as t
semi join added_splits as a on t.recording_id = a.recording_id
