-- lake/record_messages: rows of a commit, one per delivery. reads: new_messages
-- params: none
-- A delivery that is read again says the same.
insert into messages by name
select
    n.manifest,
    n.accounting_period,
    n.source,
    n.message_id,
    n.part,
    n.replaces
from new_messages as n
on conflict do nothing
