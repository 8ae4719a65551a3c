-- inbox/owed: one row per expected report of a period that is over, and where it stands.
-- reads: expected, manifests
-- params: $today DATE
-- A report whose pattern tells the period is known by its file's name alone, any other by its
-- accounting period too. One that comes in parts is here when all of them are.
with delivered as (
    select
        m.source,
        m.manifest,
        m.accounting_period,
        m.at,
        string_split(coalesce(m.path, ''), '/')[-1] as file_name
    from manifests as m
),

parts as (
    select
        d.source,
        d.manifest,
        d.accounting_period,
        d.at,
        d.file_name,
        try_cast(regexp_extract(d.file_name, '_([0-9]{1,6})of[0-9]{1,6}([_.]|$)', 1) as INTEGER)
            as part_number,
        try_cast(regexp_extract(d.file_name, '_[0-9]{1,6}of([0-9]{1,6})([_.]|$)', 1) as INTEGER)
            as part_count
    from delivered as d
),

here as (
    select
        e.source,
        e.report,
        e.period,
        count(distinct coalesce(p.part_number, 1)) as parts_here,
        max(coalesce(p.part_count, 1)) as parts_due,
        max(p.at) as arrived_at
    from expected as e
    inner join parts as p
        on
            e.source = p.source
            and p.file_name glob e.pattern
            and (e.is_dated or e.period = p.accounting_period)
    group by e.source, e.report, e.period
)

select
    e.source,
    e.report,
    e.period,
    e.starts_on,
    e.ends_on,
    e.due_on,
    e.closes_on,
    e.closes_on - e.closing_days::INTEGER as closing_on,
    case
        when h.parts_here >= h.parts_due then 'here'
        when e.closes_on < $today::DATE then 'missing'
        when e.due_on < $today::DATE then 'late'
        else 'owed'
    end as state,
    h.arrived_at,
    coalesce(h.parts_here, 0)::INTEGER as parts_here,
    h.parts_due::INTEGER as parts_due
from expected as e
left join here as h
    on e.source = h.source and e.report = h.report and e.period = h.period
order by e.source, e.starts_on, e.report
