-- status/titles: the largest unmatched titles, one row per title, artist and currency.
-- reads: lines_held
-- params: $manifest VARCHAR, $accounting_period VARCHAR, $largest INTEGER
-- Manifest and period may be null. Amounts of different currencies cannot be compared, so the
-- largest of each currency come first, then the second largest; shown by currency.
with titles as (
    select
        h.currency,
        coalesce(h.title, h.isrc, h.gtin) as title,
        h.version,
        h.artist,
        count(*) as lines,
        sum(h.amount)::DECIMAL(38, 18) as amount
    from lines_held as h
    where
        h.status = 'unmatched'
        and h.at_stake
        and h.manifest = coalesce($manifest::VARCHAR, h.manifest)
        and h.accounting_period = coalesce($accounting_period::VARCHAR, h.accounting_period)
    group by h.currency, coalesce(h.title, h.isrc, h.gtin), h.version, h.artist
),

ranked as (
    select
        t.*,
        row_number() over (
            partition by t.currency
            order by abs(t.amount) desc, t.title asc, t.artist asc, t.version asc
        ) as place,
        sum(t.lines) over (partition by t.currency) as currency_lines
    from titles as t
),

largest as (
    select r.*
    from ranked as r
    order by r.place asc, r.currency_lines desc, r.currency asc
    limit $largest::INTEGER
)

select
    l.currency,
    l.title,
    l.version,
    l.artist,
    l.lines,
    l.amount
from largest as l
order by l.currency_lines desc, l.currency asc, l.place asc
