-- lake/record_requests: requests that a commit knows done, one row each. reads: new_requests
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into requests by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_requests as n
on conflict do nothing
