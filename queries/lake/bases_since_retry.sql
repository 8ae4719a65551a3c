-- lake/bases_since_retry: one row per catalog and rules by which lines that wait were judged last: by the latest retry, or by a run after it. Rules are null where they are not known. reads: commits, bases
-- params: none
select distinct
    b.catalog,
    b.rules
from commits as c
left join bases as b on c.commit_id = b.commit_id
where
    c.commit_id
    >= coalesce((select max(commit_id) from commits where kind = 'retry'), 0)
order by all
