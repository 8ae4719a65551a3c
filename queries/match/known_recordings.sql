-- match/known_recordings: one row per wanted recording: what it is compared by. reads: wanted, catalog.recordings, catalog.index_recordings, catalog.releases, catalog.index_tracks
-- params: none
with dated as (
    select
        t.recording_no,
        min(year(l.release_date)) as year,
        min(l.label) as label
    from catalog.index_tracks as t
    semi join wanted as w on t.recording_no = w.recording_no
    inner join catalog.releases as l on t.release_no = l.rowid
    group by t.recording_no
)

select
    w.recording_no,
    r.recording_id,
    r.title,
    r.version,
    r.artist,
    r.duration_s,
    r.isrc,
    -- Half of the hash: what is compared are the few candidates of one identity.
    (i.terms_hash % 9223372036854775807)::bigint as terms,
    coalesce(year(r.release_date), d.year) as year,
    coalesce(r.label, d.label) as label
from wanted as w
inner join catalog.recordings as r on w.recording_no = r.rowid
inner join catalog.index_recordings as i on w.recording_no = i.recording_no
left join dated as d on w.recording_no = d.recording_no
