-- lake/record_decisions: decisions of a commit, one row each. reads: new_decisions
-- params: none
insert into decisions by name
select
    decision_id,
    kind,
    bound_to,
    source,
    value,
    level,
    recording_id,
    release_id,
    territories,
    valid_from,
    valid_to,
    candidates,
    shares,
    artist,
    origin,
    reason,
    queue_id,
    catalog,
    decided_at,
    decided_by
from new_decisions
