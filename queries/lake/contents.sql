-- lake/contents: one row per delivery that was read: what it reports, in short. reads: books.contents
-- params: none
select
    c.manifest,
    c.accounting_period,
    c.source,
    c.lines,
    c.content,
    c.seen,
    c.scopes
from books.contents as c
order by c.manifest, c.accounting_period
