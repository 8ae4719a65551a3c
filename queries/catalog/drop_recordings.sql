-- catalog/drop_recordings: takes out the rows that offend. reads: staged_recordings, offenders
-- params: none
delete from staged_recordings
where coalesce(recording_id, '') in (
    select coalesce(key, '') from offenders where relation = 'recordings'
)
