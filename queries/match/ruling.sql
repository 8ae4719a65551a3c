-- match/ruling: one row per identity that standing decisions without limits bind: the newest on its strongest identifier. reads: bound
-- params: none
create or replace temp table ruling as
select
    identity,
    kind,
    recording_id,
    release_id
from bound
where not is_limited
qualify
    row_number()
        over (partition by identity order by strength asc, decided_at desc, decision_id desc)
    = 1
