-- lake/record_remittances: remittances of a commit, one row per currency and delivery. reads: new_remittances
-- params: $run_id VARCHAR, $moment TIMESTAMP
-- What is known already stays as it is.
insert into remittances by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_remittances as n
on conflict do nothing
