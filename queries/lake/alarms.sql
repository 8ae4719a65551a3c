-- lake/alarms: one row per event of an alarm, in their order. reads: books.alarms
-- params: none
select
    a.seq,
    a.alarm_id,
    a.rule,
    a."key",
    a.state,
    a.level,
    a.severity,
    a.metric,
    a."value",
    a."limit",
    a.unit,
    a.warning_since,
    a.breach_since,
    a.muted,
    a.detail,
    a."until",
    a.said_by,
    a.reason,
    a.run,
    a.at
from books.alarms as a
order by a.seq
