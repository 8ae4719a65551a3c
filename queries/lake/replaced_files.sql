-- lake/replaced_files: the files that were replaced, one row each. reads: files
-- params: none
select
    f.tbl,
    f.name
from files as f
where f.removed_by is not null
