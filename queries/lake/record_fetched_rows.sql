-- lake/record_fetched_rows: rows of a commit that may come once more, one row each. reads: new_fetched_rows
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert or replace into fetched_rows by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_fetched_rows as n
