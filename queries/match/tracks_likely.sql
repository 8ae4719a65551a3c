-- match/tracks_likely: one row per release title that is likely and recording on a release of it. reads: likely_release_titles, catalog.index_release_titles, catalog.index_tracks, catalog.index_named
-- params: none
select distinct
    l.title_no,
    n.recording_no,
    n.mark,
    n.duration_s,
    n.version_hash
from catalog.index_tracks as t
inner join catalog.index_release_titles as l on t.release_no = l.release_no
inner join catalog.index_named as n on t.recording_no = n.recording_no
semi join likely_release_titles as y on l.title_no = y.text_no
