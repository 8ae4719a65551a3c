-- match/vocabulary_tracks: one row per place on a release, by numbers. reads: catalog.index_tracks
-- params: none
select
    release_no,
    recording_no
from catalog.index_tracks
