-- metadata/lines: one row per line that names one ISRC, as it was reported.
-- reads: sales, staged, quarantine, endings
-- params: none
-- month: of the activity, else of the period, else of the accounting period (of a quarter its
-- first), by its first day. identity: a number for all that is told of the ISRC. Deliveries that pay
-- no longer are left out with what reverses them, and so are lines that a person excluded and lines
-- of whole releases.
with ended as (
    select
        e.manifest,
        e.accounting_period
    from endings as e
    union
    select
        e.reversal,
        e.reversal_period
    from endings as e
    where e.reversal is not null
),

lines as (
    select
        s.manifest,
        s.accounting_period,
        s.source,
        s.service,
        s.period_start,
        s.activity_start,
        s.isrc,
        s.title,
        s.version,
        s.artist,
        s.label,
        s.gtin,
        s.duration_s,
        s.sale_level,
        s.recording_id,
        s.currency,
        s.quantity,
        s.amount
    from sales as s
    union all by name
    select
        w.manifest,
        w.accounting_period,
        w.source,
        w.service,
        w.period_start,
        w.activity_start,
        w.isrc,
        w.title,
        w.version,
        w.artist,
        w.label,
        w.gtin,
        w.duration_s,
        w.sale_level,
        w.currency,
        w.quantity,
        w.amount
    from staged as w
    where w.status != 'excluded'
    union all by name
    select
        q.manifest,
        q.accounting_period,
        q.source,
        q.service,
        q.period_start,
        q.activity_start,
        q.isrc,
        q.title,
        q.version,
        q.artist,
        q.label,
        q.gtin,
        q.duration_s,
        q.sale_level,
        q.currency,
        q.quantity,
        q.amount
    from quarantine as q
)

select
    l.source,
    coalesce(l.service, '') as service,
    case
        when coalesce(l.activity_start, l.period_start) is not null
            then date_trunc('month', coalesce(l.activity_start, l.period_start))::DATE
        when contains(l.accounting_period, 'Q')
            then make_date(
                left(l.accounting_period, 4)::INTEGER,
                right(l.accounting_period, 1)::INTEGER * 3 - 2,
                1
            )
        else try_strptime(l.accounting_period, '%Y-%m')::DATE
    end as "month",
    l.accounting_period,
    hash(l.isrc, l.title, l.version, l.artist, l.label, l.gtin, l.duration_s) as identity,
    l.isrc,
    l.title,
    l.version,
    l.artist,
    l.label,
    l.gtin,
    l.duration_s,
    l.recording_id,
    l.currency,
    l.quantity,
    l.amount
from lines as l
anti join
    ended as e
    on l.manifest = e.manifest and l.accounting_period = e.accounting_period
where
    l.isrc is not null
    and not contains(l.isrc, '|')
    and l.sale_level is distinct from 'release'
