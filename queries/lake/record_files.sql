-- lake/record_files: files that a commit adds, one row each. reads: new_files
-- params: $number BIGINT
insert into files by name
select
    f.tbl,
    f.name,
    f.sha256,
    f.bytes,
    f.rows,
    $number as added_by
from new_files as f
