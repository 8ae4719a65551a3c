-- audit/conservation: what was read and what became of it, one row per delivery and currency, money in that currency. reads: conservation
-- params: $periods VARCHAR[]
select
    manifest,
    accounting_period,
    currency,
    reported_lines as lines,
    reported,
    matched,
    unmatched,
    held,
    quarantined,
    excluded,
    unreadable_lines,
    difference
from conservation
where accounting_period in (select unnest($periods))
order by manifest, accounting_period, currency
