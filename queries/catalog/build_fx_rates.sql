-- catalog/build_fx_rates: one row per day, currency pair and source. reads: staged_fx_rates
-- params: none
create table catalog.fx_rates as
select
    "date",
    "from",
    "to",
    rate,
    source
from staged_fx_rates
