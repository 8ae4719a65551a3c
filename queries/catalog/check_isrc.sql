-- catalog/check_isrc: one row per recording whose ISRC has not the form of ISO 3901. reads: staged_recordings
-- params: none
select
    'recordings' as relation,
    recording_id as key,
    'recording ' || recording_id || ' has the ISRC ' || isrc as offender
from staged_recordings
where isrc is not null and not regexp_full_match(isrc, '[A-Z]{2}[A-Z0-9]{3}[0-9]{7}')
