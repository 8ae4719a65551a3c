-- catalog/sheet_tracks: one row per place of a recording on a release. reads: sheet_rows
-- params: none
create or replace view given_tracks as
select distinct
    made_release_id as release_id,
    made_recording_id as recording_id,
    disc,
    number
from sheet_rows
where made_release_id is not null
