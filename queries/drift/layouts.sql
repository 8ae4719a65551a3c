-- drift/layouts: one row per delivery that came in another layout than its source's, the latest
-- first; `is_held` where its lines wait for it. reads: layouts, endings, ledger_state
-- params: $source VARCHAR, $accounting_period VARCHAR, $manifest VARCHAR
-- Each may be null: all of them.
select
    l.manifest,
    l.accounting_period,
    l.source,
    l.encoding,
    l.header,
    l."new",
    l.gone,
    l.missing,
    l.proposed,
    exists(
        select 1
        from ledger_state as s
        where
            s.manifest = l.manifest
            and s.accounting_period = l.accounting_period
            and s.fault = 'SCHEMA_DRIFT'
            and s.is_open
    ) as is_held,
    l.at
from layouts as l
anti join
    endings as e
    on l.manifest = e.manifest and l.accounting_period = e.accounting_period
where
    l.source = coalesce($source::VARCHAR, l.source)
    and l.accounting_period = coalesce($accounting_period::VARCHAR, l.accounting_period)
    and starts_with(l.manifest, coalesce($manifest::VARCHAR, ''))
order by l.accounting_period desc, l.at desc, l.manifest asc
