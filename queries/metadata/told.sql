-- metadata/told: who told an identity when, one row per source, service, month, accounting period and
-- identity. reads: lines
-- params: $source VARCHAR, $service VARCHAR
-- Both may be null: then all.
select
    l.source,
    l.service,
    l.month,
    l.accounting_period,
    l.identity,
    count(*)::BIGINT as lines
from lines as l
where
    ($source::VARCHAR is null or l.source = $source::VARCHAR)
    and ($service::VARCHAR is null or l.service = $service::VARCHAR)
    and l.month is not null
group by l.source, l.service, l.month, l.accounting_period, l.identity
