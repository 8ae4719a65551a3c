-- inbox/settled: the notices that are settled, one row each. reads: notices
-- params: none
select
    n.source,
    n.notice_id
from notices as n
order by n.source, n.notice_id
