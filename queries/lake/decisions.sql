-- lake/decisions: one row per standing decision. reads: books.decisions
-- params: none
select
    d.decision_id,
    d.bound_to,
    d.source,
    d.value,
    d.recording_id,
    d.release_id,
    d.decided_at,
    d.decided_by
from books.decisions as d
order by d.decided_at, d.decision_id
