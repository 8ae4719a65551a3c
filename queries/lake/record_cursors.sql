-- lake/record_cursors: where sources of a commit stand now, one row each. reads: new_cursors
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert or replace into cursors by name
select
    n.* replace (n.finished_at::TIMESTAMP as finished_at),
    $run_id as run,
    $moment as "at"
from new_cursors as n
