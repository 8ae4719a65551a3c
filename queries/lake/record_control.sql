-- lake/record_control: figures that a commit weighed, one row each. reads: new_control
-- params: $number BIGINT, $run_id VARCHAR, $moment TIMESTAMP
insert into control by name
select
    n.*,
    $number as commit_id,
    $run_id as run,
    $moment as "at"
from new_control as n
