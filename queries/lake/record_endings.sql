-- lake/record_endings: rows of a commit, one per delivery. reads: new_endings
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into endings by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_endings as n
