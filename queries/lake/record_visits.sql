-- lake/record_visits: rows of a commit, one each. reads: new_visits
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into visits by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_visits as n
