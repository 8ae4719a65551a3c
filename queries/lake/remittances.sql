-- lake/remittances: what was paid, one row per remittance, currency and delivery that it pays. reads: books.remittances
-- params: none
select
    r.remittance,
    r.manifest,
    r.accounting_period,
    r.currency,
    r.amount,
    r.reference,
    r.said_by,
    r.run,
    r.at
from books.remittances as r
order by r.at, r.remittance, r.manifest, r.accounting_period, r.currency
