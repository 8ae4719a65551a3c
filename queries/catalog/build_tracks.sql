-- catalog/build_tracks: one row per place on a release. reads: staged_tracks
-- params: none
create table catalog.tracks as
select
    release_id,
    recording_id,
    disc,
    number
from staged_tracks
