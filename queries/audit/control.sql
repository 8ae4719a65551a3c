-- audit/control: what is declared of deliveries against what they hold, one row per delivery, figure and currency; clocks with their zone. reads: control
-- params: $periods VARCHAR[]
select * replace (timezone('UTC', "at") as "at")
from control
where accounting_period in (select unnest($periods))
order by manifest, accounting_period, what, currency
