-- status/payments: what was paid, one row per payment, currency and delivery that it pays.
-- reads: remittances
-- params: $manifest VARCHAR
-- Of a manifest (the beginning of one is enough), with the others that were paid together with it;
-- null: of all.
with chosen as (
    select distinct r.remittance
    from remittances as r
    where starts_with(r.manifest, coalesce($manifest::VARCHAR, ''))
)

select
    r.remittance,
    r.currency,
    r.amount,
    r.reference,
    r.said_by,
    r.at,
    r.manifest
from remittances as r
semi join chosen as c on r.remittance = c.remittance
order by r.remittance asc, r.currency asc, r.manifest asc, r.accounting_period asc
