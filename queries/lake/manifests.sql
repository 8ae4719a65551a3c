-- lake/manifests: one row per delivery. reads: books.manifests
-- params: none
select
    m.manifest,
    m.accounting_period,
    m.source,
    m.title,
    m.path,
    m.bytes,
    m.lines,
    m.resynchronised,
    m.control,
    m.by_method,
    m.by_fault,
    m.run,
    m.at
from books.manifests as m
order by m.at, m.manifest, m.accounting_period
