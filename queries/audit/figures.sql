-- audit/figures: what one file holds, one row per manifest, accounting period, currency and status; the fingerprint sums a hash of each row. reads: audited
-- params: $form VARCHAR, $tbl VARCHAR
select
    $form as form,
    $tbl as tbl,
    manifest,
    accounting_period,
    coalesce(currency, '') as currency,
    status,
    count(*) as lines,
    coalesce(sum(amount), 0)::DECIMAL(38, 18) as amount,
    count(*) filter (amount is null) as unreadable_lines,
    sum(fingerprint)::HUGEINT as fingerprint
from audited
group by all
