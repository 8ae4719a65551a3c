-- seen/messages: one row per delivery of a source's message, by its sender's id for it.
-- reads: messages, contents, endings
-- params: $source VARCHAR, $message_id VARCHAR
-- outcome: why it pays no longer; null where it does. by_message: the id of the message that
-- replaces it, if that has one.
select
    m.manifest,
    m.accounting_period,
    m.part,
    c.content,
    e.outcome,
    b.message_id as by_message
from messages as m
left join
    contents as c
    on m.manifest = c.manifest and m.accounting_period = c.accounting_period
left join
    endings as e
    on m.manifest = e.manifest and m.accounting_period = e.accounting_period
left join
    messages as b
    on e.by_manifest = b.manifest and e.by_period = b.accounting_period
where m.source = $source and m.message_id = $message_id
order by m.manifest, m.accounting_period
