-- lake/record_arrivals: rows of a commit, one each. reads: new_arrivals
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into arrivals by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_arrivals as n
