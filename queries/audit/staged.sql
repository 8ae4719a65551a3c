-- audit/staged: lines that wait or are excluded, one row per line, without their raw bytes; in order of manifest and place. reads: staged
-- params: $periods VARCHAR[]
select * exclude (raw)
from staged
where accounting_period in (select unnest($periods))
order by manifest, accounting_period, "offset"
