-- catalog/check_date: one row per date that is not YYYY-MM-DD, or term that ends before it begins.
-- reads: staged_recordings, staged_releases, staged_splits
-- params: none
select
    'recordings' as relation,
    recording_id as key,
    'recording ' || recording_id || ' has the release date ' || bad_date as offender
from staged_recordings
where bad_date is not null
union all
select
    'releases' as relation,
    release_id as key,
    'release ' || release_id || ' has the release date ' || bad_date as offender
from staged_releases
where bad_date is not null
union all
select
    'splits' as relation,
    recording_id as key,
    'a split of recording ' || recording_id || ' has the date '
    || coalesce(bad_date, valid_to || ', before its valid_from ' || valid_from) as offender
from staged_splits
where bad_date is not null or valid_to < valid_from
