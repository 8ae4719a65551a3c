-- lake/record_decisions: decisions of a commit, one row each. reads: new_decisions
-- params: none
insert into decisions by name
select
    decision_id,
    bound_to,
    source,
    value,
    recording_id,
    release_id,
    decided_at,
    decided_by
from new_decisions
