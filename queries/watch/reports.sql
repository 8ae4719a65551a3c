-- watch/reports: expected reports that are not here, one row per source. reads: owed
-- params: $moment TIMESTAMP
-- lateness_s counts from the end of the day on which the latest was due, left_s to the end of the
-- last day on which its sender keeps the first to go; null where there is none.
select
    o.source,
    count(*) filter (o.state = 'late') as late,
    count(*) filter (o.state = 'missing') as missing,
    max(date_diff('second', (o.due_on + 1)::TIMESTAMP, $moment)) filter (o.state = 'late')
        as lateness_s,
    min(date_diff('second', $moment, (o.closes_on + 1)::TIMESTAMP)) filter (
        o.state in ('owed', 'late')
    ) as left_s
from owed as o
where o.state != 'here'
group by o.source
order by o.source
