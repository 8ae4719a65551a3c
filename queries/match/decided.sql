-- match/decided: step 1, one row per identity that its standing decision matches. reads: ruling
-- params: none
create or replace temp table decided as
select
    identity,
    recording_id,
    release_id
from ruling
where kind = 'accept'
