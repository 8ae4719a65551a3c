-- status/control: what is declared of deliveries against what they hold, one row per delivery,
-- figure and currency; what is off first. reads: control, manifests
-- params: $manifest VARCHAR, $accounting_period VARCHAR
-- Manifest (the beginning of one is enough) and period may be null.
select
    c.manifest,
    c.accounting_period,
    m.source,
    m.path,
    c.what,
    c.currency,
    c.declared,
    c.found,
    c.difference,
    c.tolerance,
    c.balance,
    c.remittances,
    c.accepted_by,
    c.reason,
    c.at
from control as c
left join
    manifests as m
    on c.manifest = m.manifest and c.accounting_period = m.accounting_period
where
    starts_with(c.manifest, coalesce($manifest::VARCHAR, ''))
    and c.accounting_period = coalesce($accounting_period::VARCHAR, c.accounting_period)
order by
    list_position(['off', 'accepted', 'tolerated', 'unknown', 'balanced'], c.balance) asc,
    c.manifest asc,
    c.accounting_period asc,
    c.what asc,
    c.currency asc
