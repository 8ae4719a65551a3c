-- catalog/drop_tracks: takes out the rows of releases with a track that offends: half a release would be paid as a whole. reads: staged_tracks, offenders
-- params: none
delete from staged_tracks
where coalesce(release_id, '') in (
    select coalesce(key, '') from offenders where relation = 'tracks'
)
