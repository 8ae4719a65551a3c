-- watch/history: events of one rule, one row each, the latest first. reads: alarms, alarm_calls
-- params: $rule VARCHAR, $latest INTEGER
-- told and owed list the channels that were told, and those that are still to be told.
with calls as (
    select
        c.alarm_id,
        c.channel,
        bool_or(c.outcome = 'told') as is_told
    from alarm_calls as c
    group by c.alarm_id, c.channel
),

channels as (
    select
        c.alarm_id,
        list(c.channel order by c.channel asc) filter (c.is_told) as told,
        list(c.channel order by c.channel asc) filter (not c.is_told) as owed
    from calls as c
    group by c.alarm_id
)

select
    a.at,
    a.state,
    coalesce(a."key", '') as "key",
    a."value",
    a."limit",
    a.unit,
    a.detail,
    a.muted,
    a."until",
    a.said_by,
    a.reason,
    coalesce(c.told, []) as told,
    coalesce(c.owed, []) as owed
from alarms as a
left join channels as c on a.alarm_id = c.alarm_id
where a.rule = $rule
order by a.seq desc
limit $latest::INTEGER
