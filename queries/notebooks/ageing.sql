-- notebooks/ageing: money that waits, one row per age, and unmatched or on hold.
-- reads: staged, manifests
-- params: $currency VARCHAR, $service VARCHAR, $today DATE, $since VARCHAR
-- Service may be null: all. $since is `period` (days since the end of the accounting period; lines
-- without one count from when they were taken) or `taken`. Lines without money do not wait.
with lines as (
    select
        s.status,
        s.amount,
        m.at::DATE as taken_on,
        case
            when regexp_full_match(s.accounting_period, '\d{4}-\d\d')
                then last_day((s.accounting_period || '-01')::DATE)
            when regexp_full_match(s.accounting_period, '\d{4}Q[1-4]')
                then
                    last_day(
                        make_date(
                            s.accounting_period[:4]::INTEGER,
                            s.accounting_period[6:]::INTEGER * 3,
                            1
                        )
                    )
        end as ended_on
    from staged as s
    inner join manifests as m
        on s.manifest = m.manifest and s.accounting_period = m.accounting_period
    where
        s.status in ('unmatched', 'held')
        and s.amount != 0
        and coalesce(s.currency, '') = $currency::VARCHAR
        and coalesce(s.service, '') = coalesce($service::VARCHAR, s.service, '')
),

aged as (
    select
        l.status,
        l.amount,
        date_diff(
            'day',
            case $since::VARCHAR
                when 'period' then coalesce(l.ended_on, l.taken_on) else l.taken_on
            end,
            $today::DATE
        ) as days
    from lines as l
),

ages as (
    select
        a.age,
        a.place,
        a.least,
        a.most
    from (
        values
        ('up to 30 days', 0, -100000, 30),
        ('31–60 days', 1, 31, 60),
        ('61–90 days', 2, 61, 90),
        ('91–180 days', 3, 91, 180),
        ('over 180 days', 4, 181, 1000000)
    ) as a (age, place, least, most)
),

statuses as (
    select unnest(['unmatched', 'held']) as status
)

select
    a.age,
    a.place,
    s.status,
    count(g.days) as lines,
    coalesce(sum(g.amount), 0)::DECIMAL(38, 18) as amount
from ages as a
cross join statuses as s
left join aged as g on s.status = g.status and g.days between a.least and a.most
group by a.age, a.place, s.status
order by a.place asc, s.status desc
