-- catalog/check_duplicate_release: one row per release_id that stands more than once. reads: staged_releases
-- params: none
select
    'releases' as relation,
    release_id as key,
    'release_id ' || release_id || ' stands ' || count(*) || ' times' as offender
from staged_releases
where release_id is not null
group by release_id
having count(*) > 1
