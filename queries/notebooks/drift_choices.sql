-- notebooks/drift_choices: what there is to compare, one row per source, period, currency and
-- service, the currency with most lines first. reads: drift, endings
-- params: none
-- Deliveries that pay no longer are left out.
with sums as (
    select
        d.source,
        d.accounting_period,
        d.currency,
        d.service,
        sum(d.lines)::BIGINT as lines
    from drift as d
    anti join endings as e
        on d.manifest = e.manifest and d.accounting_period = e.accounting_period
    where d.measure = 'all'
    group by d.source, d.accounting_period, d.currency, d.service
)

select
    s.source,
    s.accounting_period,
    s.currency,
    s.service,
    s.lines
from sums as s
order by
    s.source asc,
    sum(s.lines) over (partition by s.source, s.currency) desc,
    s.currency asc,
    s.service asc,
    s.accounting_period asc
