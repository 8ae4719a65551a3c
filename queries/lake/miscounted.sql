-- lake/miscounted: offenders, one row per table. reads: files, sums
-- params: $number BIGINT
-- Tables whose files changed by another number of lines than the sums of a commit.
with changes as (
    select
        f.tbl,
        case when f.added_by = $number then f.rows else -f.rows end as in_files,
        0 as in_sums
    from files as f
    where
        (f.added_by = $number or f.removed_by = $number)
        and f.tbl in ('sales', 'staged', 'quarantine')
    union all
    select
        case s.status
            when 'matched' then 'sales'
            when 'quarantined' then 'quarantine'
            else 'staged'
        end as tbl,
        0 as in_files,
        s.lines as in_sums
    from sums as s
    where s.commit_id = $number
)

select
    c.tbl,
    sum(c.in_files)::BIGINT as in_files,
    sum(c.in_sums)::BIGINT as in_sums
from changes as c
group by c.tbl
having sum(c.in_files) != sum(c.in_sums)
order by c.tbl
