-- match/recordings_reported: one row per recording that a reported ISRC or a decision names. reads: asked, decided, catalog.index_recordings
-- params: none
create or replace temp table found_recordings as
select r.*
from catalog.index_recordings as r
semi join asked as a on r.isrc_hash = a.isrc_hash
union all
select r.*
from catalog.index_recordings as r
semi join decided as d on r.recording_id = d.recording_id
anti join asked as a on r.isrc_hash = a.isrc_hash
