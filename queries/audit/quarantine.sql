-- audit/quarantine: invalid lines, one row per line, without their raw bytes; in order of manifest and place. reads: quarantine
-- params: $periods VARCHAR[]
select * exclude (raw)
from quarantine
where accounting_period in (select unnest($periods))
order by manifest, accounting_period, "offset"
