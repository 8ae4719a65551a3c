-- audit/periods: how many deliveries, one row per accounting period, '' where they are undated. reads: manifests
-- params: none
select
    accounting_period,
    count(*) as deliveries
from manifests
group by accounting_period
order by accounting_period
