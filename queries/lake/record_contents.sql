-- lake/record_contents: rows of a commit, one per delivery. reads: new_contents
-- params: none
-- Of a delivery that is read again, what it reports by that reading.
insert into contents by name
select
    n.manifest,
    n.accounting_period,
    n.source,
    n.lines,
    n.content,
    n.seen,
    n.scopes
from new_contents as n
on conflict do update set
    lines = excluded.lines,
    content = excluded.content,
    seen = excluded.seen,
    scopes = excluded.scopes
