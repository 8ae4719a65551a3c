-- lake/notices: one row per notice that is settled. reads: books.notices
-- params: none
select
    n.source,
    n.notice_id,
    n.type,
    n.subject,
    n.sent_at,
    n.received_at,
    n.body_sha256,
    n.outcome,
    n.run,
    n.at
from books.notices as n
order by n.at, n.source, n.received_at, n.notice_id
