-- match/decided: step 1, one row per identity that a standing decision matches everywhere: the newest on its strongest identifier, unless that excludes it. reads: bound
-- params: none
create or replace temp table decided as
select
    identity,
    recording_id,
    release_id
from bound
where not is_limited
qualify
    row_number()
        over (partition by identity order by strength asc, decided_at desc, decision_id desc)
    = 1
    and kind = 'accept'
