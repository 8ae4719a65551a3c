-- metadata/owners: recordings that were matched under several ISRCs, as the catalog has them, one row
-- each. reads: several, catalog.recordings
-- params: none
select
    r.recording_id,
    r.isrc as own_isrc,
    r.title as catalog_title,
    r.artist as catalog_artist
from catalog.recordings as r
semi join several as s on r.recording_id = s.recording_id
