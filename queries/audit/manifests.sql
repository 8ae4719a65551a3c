-- audit/manifests: one row per delivery, in order; clocks with their zone. reads: manifests
-- params: $periods VARCHAR[]
select * replace (timezone('UTC', "at") as "at")
from manifests
where accounting_period in (select unnest($periods))
order by manifest, accounting_period
