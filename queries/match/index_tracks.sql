-- match/index_tracks: the match index of tracks, one row per place on a release. reads: catalog.tracks, catalog.index_recordings, catalog.index_releases
-- params: none
create table catalog.index_tracks as
select
    l.release_no,
    r.recording_no,
    r.title_hash
from catalog.tracks as t
inner join catalog.index_releases as l on t.release_id = l.release_id
inner join catalog.index_recordings as r on t.recording_id = r.recording_id
