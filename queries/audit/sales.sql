-- audit/sales: paid lines, one row per line; in order of manifest and place. reads: sales
-- params: $periods VARCHAR[]
select * replace (timezone('UTC', decided_at) as decided_at)
from sales
where accounting_period in (select unnest($periods))
order by manifest, accounting_period, "offset"
