-- match/limited: one row per identity and ruling that binds it for some territories or dates, best first. reads: bound
-- params: none
-- Within its limits a ruling beats one without limits, unless that is bound to a stronger identifier.
select
    identity,
    decision_id,
    kind,
    recording_id,
    release_id,
    territories,
    valid_from,
    valid_to
from bound
qualify
    is_limited
    and strength
    <= coalesce(min(strength) filter (where not is_limited) over (partition by identity), strength)
order by identity asc, strength asc, decided_at desc, decision_id desc
