-- lake/record_seen: rows of a commit that may come once more, one row each. reads: new_seen
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert or replace into seen by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_seen as n
