-- metadata/history: what was told of one ISRC, one row per source, service, stretch of months in
-- which they told the same, and currency. reads: lines
-- params: $isrc VARCHAR, $source VARCHAR, $service VARCHAR
-- Source and service may be null: then all. A stretch ends with the last month before one in which
-- the source tells of the service and not the same.
with told as (
    select
        l.source,
        l.service,
        l.month,
        l.title,
        l.version,
        l.artist,
        l.label,
        l.gtin,
        l.duration_s,
        l.identity,
        coalesce(l.currency, '') as currency,
        count(*) as lines,
        coalesce(sum(l.quantity), 0) as quantity,
        coalesce(sum(l.amount), 0) as amount
    from lines as l
    where
        l.isrc = $isrc
        and ($source::VARCHAR is null or l.source = $source::VARCHAR)
        and ($service::VARCHAR is null or l.service = $service::VARCHAR)
    group by all
),

placed as (
    select
        t.*,
        dense_rank() over (partition by t.source, t.service order by t.month)
        - dense_rank() over (
            partition by t.source, t.service, t.identity order by t.month
        ) as stretch
    from told as t
)

select
    p.source,
    p.service,
    p.stretch,
    p.identity,
    any_value(p.title) as title,
    any_value(p.version) as version,
    any_value(p.artist) as artist,
    any_value(p.label) as label,
    any_value(p.gtin) as gtin,
    any_value(p.duration_s) as duration_s,
    p.currency,
    min(p.month) as first_month,
    max(p.month) as last_month,
    sum(p.lines)::BIGINT as lines,
    sum(p.quantity)::DECIMAL(38, 6) as quantity,
    sum(p.amount)::DECIMAL(38, 18) as amount
from placed as p
group by p.source, p.service, p.stretch, p.identity, p.currency
