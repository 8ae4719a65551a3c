-- catalog/check_rate: one row per exchange rate without a day, pair or positive decimal rate. reads: staged_fx_rates
-- params: none
select
    'fx_rates' as relation,
    concat_ws('/', given_date, "from", "to") as key,
    'the rate of ' || concat_ws('/', given_date, "from", "to") || ' is '
    || coalesce(given_rate, 'blank') as offender
from staged_fx_rates
where "date" is null or "from" is null or "to" is null or rate is null
