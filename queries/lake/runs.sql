-- lake/runs: one row per run that changed the lake. reads: books.commits
-- params: none
select
    c.commit_id,
    c.run,
    c.kind,
    c.at
from books.commits as c
order by c.commit_id
