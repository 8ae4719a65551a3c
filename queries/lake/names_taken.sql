-- lake/names_taken: uses of a content, one row per table and content. reads: files, new_files
-- params: none
select
    f.tbl,
    f.sha256,
    count(*)::INTEGER as times
from files as f
where (f.tbl, f.sha256) in (select (n.tbl, n.sha256) from new_files as n)
group by f.tbl, f.sha256
