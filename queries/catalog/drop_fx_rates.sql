-- catalog/drop_fx_rates: takes out the rows that offend. reads: staged_fx_rates, offenders
-- params: none
delete from staged_fx_rates
where coalesce(concat_ws('/', given_date, "from", "to"), '') in (
    select coalesce(key, '') from offenders where relation = 'fx_rates'
)
