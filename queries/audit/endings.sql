-- audit/endings: deliveries that pay no longer, by a person's word, one row each; clocks with their zone. reads: endings
-- params: $periods VARCHAR[]
select * replace (timezone('UTC', "at") as "at")
from endings
where accounting_period in (select unnest($periods))
order by manifest, accounting_period
