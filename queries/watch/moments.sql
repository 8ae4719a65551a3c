-- watch/moments: when the lake changed, one row per moment, in order. reads: runs
-- params: none
select distinct r.at
from runs as r
order by r.at
