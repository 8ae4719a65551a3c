-- metadata/given_of: the recordings that the catalog gives an ISRC to, one row each.
-- reads: catalog.recordings
-- params: $isrc VARCHAR
select
    r.recording_id,
    r.title,
    r.version,
    r.artist,
    r.label,
    r.duration_s
from catalog.recordings as r
where r.isrc = $isrc
order by r.recording_id
