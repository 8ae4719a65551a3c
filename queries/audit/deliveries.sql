-- audit/deliveries: the lines that a manifest is said to hold, one row per delivery; null where that is no number. reads: shown
-- params: $form VARCHAR
select
    $form as form,
    manifest,
    accounting_period,
    try_cast(lines as BIGINT) as lines
from shown
