-- lake/record_replaced: files that a commit replaces, one row each. reads: replaced
-- params: $number BIGINT, $moment TIMESTAMP
-- Returns those that were still in the lake.
update files
set removed_by = $number, removed_at = $moment
from replaced
where
    files.tbl = replaced.tbl
    and files.name = replaced.name
    and files.removed_by is null
returning files.name
