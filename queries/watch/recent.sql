-- watch/recent: alarms that were resolved, one row each, the latest first. reads: alarms
-- params: $since TIMESTAMP
select
    a.rule,
    coalesce(a."key", '') as "key",
    a.at as resolved_at,
    min(b.at) as began_at,
    arg_max(b.state, b.seq) as worst,
    arg_max(b."value", b.seq) as "value",
    arg_max(b.unit, b.seq) as unit
from alarms as a
inner join
    alarms as b
    on
        a.rule = b.rule
        and a."key" = b."key"
        and a.seq > b.seq
        and b.state in ('warning', 'breach')
where
    a.state = 'resolved'
    and a.at > $since
    and not exists (
        select 1
        from alarms as r
        where
            r.rule = a.rule
            and r."key" = a."key"
            and r.state = 'resolved'
            and r.seq > b.seq
            and r.seq < a.seq
    )
group by a.rule, a."key", a.at, a.seq
order by a.seq desc
