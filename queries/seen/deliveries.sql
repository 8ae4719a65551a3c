-- seen/deliveries: one row per delivery of a source, latest first, with the file of its line hashes.
-- reads: contents, manifests, files, endings
-- params: $source VARCHAR, $scopes UBIGINT[]
-- outcome: why it pays no longer; null where it does. scopes: how many of the given services,
-- periods and territories it reports on.
select
    c.manifest,
    c.accounting_period,
    c.lines,
    c.content,
    f.name,
    e.outcome,
    len(list_intersect(c.scopes, $scopes::UBIGINT[])) as scopes
from contents as c
inner join
    manifests as m
    on c.manifest = m.manifest and c.accounting_period = m.accounting_period
inner join files as f on f.tbl = 'seen' and c.seen = f.sha256
left join
    endings as e
    on c.manifest = e.manifest and c.accounting_period = e.accounting_period
where c.source = $source
order by m.at desc, c.manifest asc, c.accounting_period asc
