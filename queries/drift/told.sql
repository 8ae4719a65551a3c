-- drift/told: where a source's findings stand, by accounting period; one row per place and period.
-- reads: findings, endings
-- params: $source VARCHAR, $replaced VARCHAR[]
-- Replaced are deliveries, as `MANIFEST@PERIOD`, that are about to pay no longer.
select distinct
    f.accounting_period,
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
where
    f.source = $source::VARCHAR
    and not list_contains($replaced::VARCHAR[], f.manifest || '@' || f.accounting_period)
order by all
