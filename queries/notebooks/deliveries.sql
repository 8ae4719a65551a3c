-- notebooks/deliveries: the reports that were taken, one row per delivery, latest first.
-- reads: manifests, control, endings
-- params: $periods VARCHAR[]
-- The periods may be null: all. off names the declared figures that the report does not hold to, by
-- the last time each was weighed; ended says why it pays no longer. Both are '' where nothing does.
with weighed as (
    select
        c.manifest,
        c.accounting_period,
        c.what,
        c.currency,
        arg_max(c.balance, c.at) as balance
    from control as c
    group by c.manifest, c.accounting_period, c.what, c.currency
),

off as (
    select
        w.manifest,
        w.accounting_period,
        string_agg(distinct w.what, ', ' order by w.what) as what
    from weighed as w
    where w.balance = 'off'
    group by w.manifest, w.accounting_period
)

select
    m.accounting_period,
    m.source,
    coalesce(regexp_extract(m.path, '[^/]*$'), '') as report,
    m.lines::BIGINT as lines,
    coalesce(o.what, '') as off,
    coalesce(e.outcome, '') as ended,
    m.at as taken_at,
    m.manifest
from manifests as m
left join off as o
    on m.manifest = o.manifest and m.accounting_period = o.accounting_period
left join endings as e
    on m.manifest = e.manifest and m.accounting_period = e.accounting_period
where $periods::VARCHAR[] is null or list_contains($periods::VARCHAR[], m.accounting_period)
order by m.at desc, report asc, m.manifest asc
