-- lake/record_alarm_calls: steps of tellings, one row each. reads: new_calls
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into alarm_calls by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_calls as n
