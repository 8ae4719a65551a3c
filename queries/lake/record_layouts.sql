-- lake/record_layouts: rows of a commit, one each. reads: new_layouts
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into layouts by name
select
    n.*,
    $run_id as run,
    $moment as "at"
from new_layouts as n
