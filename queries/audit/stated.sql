-- audit/stated: the figures of the conservation table, one row per delivery and currency; null where one is no number. reads: shown
-- params: $form VARCHAR
select
    $form as form,
    manifest,
    accounting_period,
    coalesce(currency, '') as currency,
    try_cast(lines as DECIMAL(38, 18)) as lines,
    try_cast(reported as DECIMAL(38, 18)) as reported,
    try_cast(matched as DECIMAL(38, 18)) as matched,
    try_cast(unmatched as DECIMAL(38, 18)) as unmatched,
    try_cast(held as DECIMAL(38, 18)) as held,
    try_cast(quarantined as DECIMAL(38, 18)) as quarantined,
    try_cast(excluded as DECIMAL(38, 18)) as excluded,
    try_cast(unreadable_lines as DECIMAL(38, 18)) as unreadable_lines,
    try_cast(difference as DECIMAL(38, 18)) as difference
from shown
