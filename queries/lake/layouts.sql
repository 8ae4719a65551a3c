-- lake/layouts: one row per delivery in another layout than its source's. reads: books.layouts
-- params: none
select
    l.manifest,
    l.accounting_period,
    l.source,
    l.encoding,
    l.header,
    l.new,
    l.gone,
    l.missing,
    l.proposed,
    l.run,
    l.at
from books.layouts as l
order by l.at, l.manifest, l.accounting_period
