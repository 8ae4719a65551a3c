-- lake/record_fetches: rows of a commit, one per source that it moves on. reads: new_cursors
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into fetches by name
select
    n.source,
    n.round,
    n.finished_at::TIMESTAMP as finished_at,
    $run_id as run,
    $moment as "at"
from new_cursors as n
