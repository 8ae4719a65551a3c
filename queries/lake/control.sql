-- lake/control: what is declared of a delivery against what it holds, one row per delivery, figure and currency, as it was weighed last. reads: books.control
-- params: none
select
    c.manifest,
    c.accounting_period,
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
    c.run,
    c.at
from books.control as c
qualify
    rank() over (
        partition by c.manifest, c.accounting_period, c.what
        order by c.commit_id desc
    ) = 1
order by c.manifest, c.accounting_period, c.what, c.currency
