-- lake/decisions: one row per decision, with the one that undid it; null where it stands.
-- reads: books.decisions
-- params: none
select
    d.decision_id,
    d.kind,
    d.bound_to,
    d.source,
    d.value,
    d.level,
    d.recording_id,
    d.release_id,
    d.territories,
    d.valid_from,
    d.valid_to,
    d.candidates,
    d.shares,
    d.artist,
    d.origin,
    d.reason,
    d.queue_id,
    d.catalog,
    d.decided_at,
    d.decided_by,
    u.decision_id as undone_by
from books.decisions as d
left join books.decisions as u on u.kind = 'undo' and d.decision_id = u.value
order by d.decided_at, d.decision_id
