-- lake/messages: one row per delivery that says what its sender calls it. reads: books.messages
-- params: none
select
    m.manifest,
    m.accounting_period,
    m.source,
    m.message_id,
    m.part,
    m.replaces
from books.messages as m
order by m.manifest, m.accounting_period
