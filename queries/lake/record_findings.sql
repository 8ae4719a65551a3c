-- lake/record_findings: rows of a commit, one each. reads: new_findings
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into findings by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_findings as n
