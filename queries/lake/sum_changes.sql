-- lake/sum_changes: one row per commit, delivery, currency and status. reads: books.sums, books.commits
-- params: none
-- What `sums` adds up, with its moment: a replay takes from one status and gives to another.
select
    s.commit_id,
    s.manifest,
    s.accounting_period,
    s.currency,
    s.status,
    s.lines,
    s.amount,
    s.unreadable_lines,
    c.at
from books.sums as s
inner join books.commits as c on s.commit_id = c.commit_id
order by s.commit_id, s.manifest, s.accounting_period, s.currency, s.status
