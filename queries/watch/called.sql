-- watch/called: channels that were to be told of an alarm, one row per event and channel.
-- reads: alarms, alarm_calls
-- params: none
-- Since it last was resolved: they are to hear of its end, too.
with events as (
    select
        a.*,
        max(a.seq) filter (a.state = 'resolved') over (partition by a.rule, a."key") as ended
    from alarms as a
    where a.state not in ('silenced', 'unsilenced')
)

select distinct
    e.rule,
    e."key",
    e.alarm_id,
    c.channel
from events as e
inner join alarm_calls as c on e.alarm_id = c.alarm_id
where e.seq > coalesce(e.ended, 0)
order by e.rule asc, e."key" asc, e.alarm_id asc, c.channel asc
