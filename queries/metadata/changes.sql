-- metadata/changes: one row per change of what a source tells of an ISRC of a service in one column, by
-- number. reads: cells
-- params: none
-- A month is settled where one form has more than two thirds of its lines; a change lies between a
-- settled month and the next that is settled otherwise. since: the first month after the one that
-- had the old form (its value where only that differs) which has the new. until: the month from
-- which the next change holds; null where there is none. A recording stands on several releases, so
-- that a GTIN changes only where the new one was not told before nor the old one afterwards.
with forms as (
    select
        c.field,
        c.source,
        c.service,
        c.isrc,
        c.month,
        c.form,
        sum(c.lines) as lines,
        arg_max(c.value, (c.lines, c.value)) as value,
        arg_max(c.beside, (c.lines, c.value)) as beside,
        max(c.lines) as value_lines,
        min(c.period) as period
    from cells as c
    group by c.field, c.source, c.service, c.isrc, c.month, c.form
),

shares as (
    select
        f.*,
        sum(f.lines) over (
            partition by f.field, f.source, f.service, f.isrc, f.month
        ) as month_lines
    from forms as f
),

settled as (
    select
        s.*,
        s.value_lines * 3 > s.month_lines * 2 as is_uniform
    from shares as s
    where s.lines * 3 > s.month_lines * 2
),

steps as (
    select
        s.*,
        lag(s.month) over series as last_month,
        lag(s.form) over series as old_form,
        lag(s.value) over series as old_value,
        lag(s.beside) over series as old_beside,
        lag(s.is_uniform) over series as was_uniform
    from settled as s
    window series as (partition by s.field, s.source, s.service, s.isrc order by s.month)
),

told as (
    select
        s.*,
        s.form = s.old_form as is_same_form
    from steps as s
    where
        s.form != s.old_form
        or (s.value != s.old_value and s.is_uniform and s.was_uniform)
),

bounded as (
    select
        t.*,
        lead(t.month) over series as next_change,
        min(t.month) filter (not t.is_same_form) over (
            series rows between 1 following and unbounded following
        ) as next_form
    from told as t
    window series as (partition by t.field, t.source, t.service, t.isrc order by t.month)
),

begun as (
    select
        b.field,
        b.source,
        b.service,
        b.isrc,
        b.month,
        min(c.month) as since,
        arg_min(c.period, (c.month, c.period)) as period
    from bounded as b
    inner join cells as c
        on
            b.field = c.field
            and b.source = c.source
            and b.service = c.service
            and b.isrc = c.isrc
            and b.form = c.form
            and b.last_month < c.month
            and b.month >= c.month
    group by b.field, b.source, b.service, b.isrc, b.month
),

spans as (
    select
        c.field,
        c.source,
        c.service,
        c.isrc,
        c.form,
        min(c.month) as first_month,
        max(c.month) as last_month
    from cells as c
    where c.field = 'gtin'
    group by c.field, c.source, c.service, c.isrc, c.form
),

replaced as (
    select
        b.*,
        g.since,
        g.period as since_period
    from bounded as b
    inner join begun as g using (field, source, service, isrc, month)
    left join spans as new
        on
            b.field = new.field
            and b.source = new.source
            and b.service = new.service
            and b.isrc = new.isrc
            and b.form = new.form
    left join spans as old
        on
            b.field = old.field
            and b.source = old.source
            and b.service = old.service
            and b.isrc = old.isrc
            and b.old_form = old.form
    where
        b.field != 'gtin'
        or (new.first_month > b.last_month and old.last_month < b.month)
)

select
    (row_number() over (
        order by r.field, r.source, r.service, r.isrc, r.month
    ) - 1)::UINTEGER as change_no,
    r.field,
    r.source,
    r.service,
    r.isrc,
    case when r.is_same_form then r.month else r.since end as since,
    case when r.is_same_form then r.next_change else r.next_form end as until,
    r.since_period as period,
    r.is_same_form,
    r.old_value,
    r.value,
    r.form,
    r.old_beside,
    r.beside
from replaced as r
order by change_no
