-- inbox/notable: what a person must see of reports that did not come, one row per report and alert,
-- latest first. reads: owed, arrivals
-- params: $today DATE
-- Each is told from the moment on that it became so, and until the report is here: the same rows
-- with the same clocks whenever it is asked. A version of a file that was refused is told until
-- another version of that file was taken.
with last_seen as (
    select a.*
    from arrivals as a
    qualify
        row_number() over (
            partition by a.source, a.place, a.name
            order by a.at desc, a.modified_ns desc
        ) = 1
),

told as (
    select
        (o.due_on + 1)::TIMESTAMP as "at",
        'warning' as severity,
        'REPORT_LATE' as fault,
        o.source,
        o.report,
        o.period,
        '' as manifest,
        'was due on ' || o.due_on as detail
    from owed as o
    where o.state = 'late'
    union all
    select
        greatest(o.closing_on, o.ends_on + 1)::TIMESTAMP as "at",
        'high' as severity,
        'RETENTION_CLOSING' as fault,
        o.source,
        o.report,
        o.period,
        '' as manifest,
        'is kept until ' || o.closes_on as detail
    from owed as o
    where o.state in ('owed', 'late') and o.closing_on <= $today::DATE
    union all
    select
        (o.closes_on + 1)::TIMESTAMP as "at",
        'high' as severity,
        'REPORT_MISSING' as fault,
        o.source,
        o.report,
        o.period,
        '' as manifest,
        'was kept until ' || o.closes_on as detail
    from owed as o
    where o.state = 'missing'
    union all
    select
        l.at,
        'high' as severity,
        'REPORT_REFUSED' as fault,
        l.source,
        l.name as report,
        l.accounting_period as period,
        l.manifest,
        coalesce(l.detail, '') as detail
    from last_seen as l
    where l.state = 'refused'
)

select
    t.at,
    t.severity,
    t.fault,
    t.source,
    t.report,
    t.period,
    t.manifest,
    t.detail
from told as t
order by t.at desc, t.severity asc, t.source asc, t.period asc, t.report asc, t.fault asc
