-- lake/files: the files in the lake, one row each. reads: books.files
-- params: none
select
    f.tbl,
    f.name,
    f.sha256,
    f.bytes,
    f.rows,
    f.added_by
from books.files as f
where f.removed_by is null
order by f.added_by, f.tbl, f.name
