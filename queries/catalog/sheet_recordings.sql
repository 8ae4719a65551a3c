-- catalog/sheet_recordings: one row per recording and way of describing it; two ways are a duplicate.
-- reads: sheet_rows
-- params: none
create or replace view given_recordings as
select
    made_recording_id as recording_id,
    isrc,
    title,
    version,
    artist,
    min(duration_s) as duration_s,
    min(release_date) as release_date,
    min(label) as label,
    min(iswc) as iswc
from sheet_rows
group by made_recording_id, isrc, title, version, artist
