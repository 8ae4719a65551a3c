-- lake/alarm_calls: one row per event, channel and step of its telling. reads: books.alarm_calls
-- params: none
select
    c.alarm_id,
    c.channel,
    c.outcome,
    c.detail,
    c.run,
    c.at
from books.alarm_calls as c
order by c.at, c.alarm_id, c.channel, c.outcome
