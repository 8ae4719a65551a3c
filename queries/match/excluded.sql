-- match/excluded: one row per identity that a standing decision excludes everywhere: the newest on its strongest identifier. reads: bound
-- params: none
select
    identity,
    decision_id
from bound
where not is_limited
qualify
    row_number()
        over (partition by identity order by strength asc, decided_at desc, decision_id desc)
    = 1
    and kind = 'exclude'
order by identity
