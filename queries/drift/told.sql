-- drift/told: where the findings of a source's accounting period stand that its deliveries showed
-- already; one row per place. reads: findings, endings
-- params: $source VARCHAR, $accounting_period VARCHAR
select distinct
    f.finding,
    f.service,
    f.territory,
    f.currency,
    f."column",
    f.subject
from findings as f
anti join
    endings as e
    on f.manifest = e.manifest and f.accounting_period = e.accounting_period
where f.source = $source::VARCHAR and f.accounting_period = $accounting_period::VARCHAR
order by all
