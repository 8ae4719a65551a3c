-- match/recordings_likely: one row per recording that bears a likely title or artist. reads: likely_titles, likely_artists, catalog.index_named
-- params: none
select
    n.recording_no,
    n.title_no,
    n.artist_no,
    n.mark,
    n.duration_s,
    n.version_hash
from catalog.index_named as n
left join likely_titles as t on n.title_no = t.text_no
left join likely_artists as a on n.artist_no = a.text_no
where t.text_no is not null or a.text_no is not null
