-- match/tracks_likely: one row per release title that is likely and recording on a release of it. reads: likely_release_titles, catalog.index_release_titles, catalog.index_tracks
-- params: none
select distinct
    l.title_no,
    t.recording_no
from catalog.index_tracks as t
inner join catalog.index_release_titles as l on t.release_no = l.release_no
semi join likely_release_titles as y on l.title_no = y.text_no
