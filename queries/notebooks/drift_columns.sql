-- notebooks/drift_columns: the columns whose values a source's sketches tell, one row each.
-- reads: drift, endings
-- params: $source VARCHAR
-- told: how many there are at the most in one sketch of a service and currency.
with counts as (
    select
        d."column",
        count(distinct d.value) as told
    from drift as d
    anti join endings as e
        on d.manifest = e.manifest and d.accounting_period = e.accounting_period
    where d.measure = 'value' and d.source = $source::VARCHAR
    group by d."column", d.manifest, d.service, d.currency
)

select
    c."column",
    max(c.told) as told
from counts as c
group by c."column"
order by told asc, c."column" asc
