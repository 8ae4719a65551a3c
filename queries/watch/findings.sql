-- watch/findings: changes that reports showed lately, one row per finding, severity, source and
-- currency. reads: findings, endings
-- params: $moment TIMESTAMP, $since TIMESTAMP
-- The same money may be at stake in several of them: amount is that of the largest. Reports that pay
-- no longer are left out.
select
    f.finding,
    f.severity,
    f.source,
    coalesce(f.currency, '') as currency,
    count(*) as findings,
    max(abs(f.amount))::DECIMAL(38, 18) as amount
from findings as f
where
    f.at > $since
    and f.at <= $moment
    and not exists (
        select 1
        from endings as e
        where
            e.at <= $moment
            and e.manifest = f.manifest
            and e.accounting_period = f.accounting_period
    )
group by f.finding, f.severity, f.source, coalesce(f.currency, '')
order by f.finding asc, f.severity asc, f.source asc, currency asc
