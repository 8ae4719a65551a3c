-- lake/endings: one row per delivery that pays no longer. reads: books.endings
-- params: none
select
    e.manifest,
    e.accounting_period,
    e.outcome,
    e.by_manifest,
    e.by_period,
    e.reversal,
    e.reversal_period,
    e.reason,
    e.decided_by,
    e.run,
    e.at
from books.endings as e
order by e.at, e.manifest, e.accounting_period
