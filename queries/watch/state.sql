-- watch/state: where alarms stand, one row per rule and key that is not at rest. reads: alarms
-- params: none
-- An alarm stands where its last event left it, in the order in which events were recorded: a clock
-- that goes back changes nothing. began_at is when it was first told since it last was resolved;
-- fired_id is the event that told its level, fired_muted whether a silence held then.
with events as (
    select
        a.*,
        max(a.seq) filter (a.state = 'resolved') over (partition by a.rule, a."key") as ended
    from alarms as a
    where a.state not in ('silenced', 'unsilenced')
),

fired as (
    select
        e.rule,
        e."key",
        arg_min(e.at, e.seq) as began_at,
        arg_max(e.alarm_id, e.seq) as fired_id,
        arg_max(e.muted, e.seq) as fired_muted
    from events as e
    where e.state in ('warning', 'breach') and e.seq > coalesce(e.ended, 0)
    group by e.rule, e."key"
),

last_events as (
    select e.*
    from events as e
    qualify row_number() over (partition by e.rule, e."key" order by e.seq desc) = 1
)

select
    l.rule,
    l."key",
    l.level,
    l.warning_since,
    l.breach_since,
    l.severity,
    l.metric,
    l."value",
    l."limit",
    l.unit,
    l.detail,
    l.at as changed_at,
    f.began_at,
    f.fired_id,
    coalesce(f.fired_muted, false) as fired_muted
from last_events as l
left join fired as f on l.rule = f.rule and l."key" = f."key"
where l.level != 'calm' or l.warning_since is not null
order by l.rule asc, l."key" asc
