-- catalog/check_number: one row per duration in seconds, disc or track number that is no number.
-- reads: staged_recordings, staged_tracks
-- params: none
select
    'recordings' as relation,
    recording_id as key,
    'recording ' || recording_id || ' has the duration_s ' || bad_duration as offender
from staged_recordings
where bad_duration is not null
union all
select
    'tracks' as relation,
    release_id as key,
    'a track of release ' || release_id || ' has the disc or number ' || bad_number as offender
from staged_tracks
where bad_number is not null
