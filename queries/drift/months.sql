-- drift/months: what each service reported in each accounting period of a source, as its
-- deliveries that still pay say; one row per source, service, currency and period.
-- reads: drift, endings
-- params: $source VARCHAR
-- The source may be null: all of them.
select
    d.source,
    d.service,
    d.currency,
    d.accounting_period,
    sum(d.lines)::BIGINT as lines,
    sum(d.amount)::DECIMAL(38, 18) as amount
from drift as d
anti join
    endings as e
    on d.manifest = e.manifest and d.accounting_period = e.accounting_period
where d.measure = 'all' and d.source = coalesce($source::VARCHAR, d.source)
group by d.source, d.service, d.currency, d.accounting_period
order by d.source asc, d.service asc, d.currency asc, d.accounting_period asc
