-- lake/record_alarms: events of alarms, one row each. reads: new_alarms
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into alarms by name
select
    n.* replace (
        n.warning_since::TIMESTAMP as warning_since,
        n.breach_since::TIMESTAMP as breach_since,
        n."until"::TIMESTAMP as "until"
    ),
    $run_id as run,
    $moment as "at"
from new_alarms as n
