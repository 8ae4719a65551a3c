-- catalog/stage_fx_rates: one row per day, currency pair and source. reads: given_fx_rates
-- params: none
create or replace table staged_fx_rates as
select
    try_cast("date" as date) as "date",
    upper("from") as "from",
    upper("to") as "to",
    case
        when regexp_full_match(rate, '[0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18}')
            then nullif(cast(rate as decimal(38, 18)), 0)
    end as rate,
    source,
    "date" as given_date,
    rate as given_rate
from given_fx_rates
