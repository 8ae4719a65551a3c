-- match/known_releases: one row per wanted recording and title of a release it is on. reads: wanted, catalog.releases, catalog.index_tracks
-- params: none
select distinct
    t.recording_no,
    l.title
from catalog.index_tracks as t
semi join wanted as w on t.recording_no = w.recording_no
inner join catalog.releases as l on t.release_no = l.rowid
where l.title is not null
