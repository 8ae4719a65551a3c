-- catalog/drop_releases: takes out the rows that offend. reads: staged_releases, offenders
-- params: none
delete from staged_releases
where coalesce(release_id, '') in (
    select coalesce(key, '') from offenders where relation = 'releases'
)
