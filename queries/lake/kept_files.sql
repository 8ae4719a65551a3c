-- lake/kept_files: the files that a sweep leaves, one row each. reads: files
-- params: $replaced_before TIMESTAMP
-- Those in the lake, and those replaced not long ago.
select
    f.tbl,
    f.name
from files as f
where f.removed_by is null or f.removed_at >= $replaced_before
