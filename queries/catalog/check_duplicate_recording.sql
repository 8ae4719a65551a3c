-- catalog/check_duplicate_recording: one row per recording_id that stands more than once. reads: staged_recordings
-- params: none
select
    'recordings' as relation,
    recording_id as key,
    'recording_id ' || recording_id || ' stands ' || count(*) || ' times' as offender
from staged_recordings
where recording_id is not null
group by recording_id
having count(*) > 1
