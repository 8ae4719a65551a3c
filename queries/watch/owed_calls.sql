-- watch/owed_calls: what channels are still to be told, one row per event and channel, in order.
-- reads: alarms, alarm_calls
-- params: none
-- failed_at is when the last attempt failed; null where none was made.
with calls as (
    select
        c.alarm_id,
        c.channel,
        bool_or(c.outcome = 'told') as is_told,
        max(c.at) filter (c.outcome = 'failed') as failed_at
    from alarm_calls as c
    group by c.alarm_id, c.channel
)

select
    c.channel,
    c.failed_at,
    a.alarm_id,
    a.rule,
    coalesce(a."key", '') as "key",
    a.state,
    a.level,
    a.severity,
    a.metric,
    a."value",
    a."limit",
    a.unit,
    a.detail,
    a.at
from calls as c
inner join alarms as a on c.alarm_id = a.alarm_id
where not c.is_told
order by a.seq asc, c.channel asc
