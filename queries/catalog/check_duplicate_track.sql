-- catalog/check_duplicate_track: one row per place on a release that is given twice. reads: staged_tracks
-- params: none
select
    'tracks' as relation,
    release_id as key,
    'release ' || release_id || ' has ' || count(*) || ' tracks at disc ' || disc
    || ', number ' || number as offender
from staged_tracks
where release_id is not null and number is not null
group by release_id, disc, number
having count(*) > 1
