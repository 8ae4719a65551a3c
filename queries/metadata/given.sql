-- metadata/given: what the catalog says of the ISRCs that are told, one row per recording.
-- reads: named, catalog.recordings
-- params: none
select
    r.isrc,
    r.recording_id,
    r.title,
    r.version,
    r.artist,
    r.title_key,
    r.artist_key
from catalog.recordings as r
semi join named as n on r.isrc = n.isrc
