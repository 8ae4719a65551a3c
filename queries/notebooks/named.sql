-- notebooks/named: what lines name, one row per service (`what` is service) and per accounting
-- period (`what` is accounting_period), in order. reads: places
-- params: $what VARCHAR
select distinct
    case $what::VARCHAR
        when 'service' then p.service
        when 'accounting_period' then p.accounting_period
    end as name
from places as p
order by name
