-- notebooks/titles: the largest unmatched titles of a currency, one row per title, version, artist.
-- reads: staged
-- params: $currency VARCHAR, $service VARCHAR, $periods VARCHAR[], $largest INTEGER
-- Service and periods may be null: all. title is null where nothing names it. in_all is what all
-- unmatched titles come to.
with titles as (
    select
        coalesce(s.title, s.isrc, s.gtin) as title,
        s.version,
        s.artist,
        count(*) as lines,
        count(distinct s.service) as services,
        min(s.accounting_period) as first_period,
        max(s.accounting_period) as last_period,
        sum(s.amount) as amount
    from staged as s
    where
        s.status = 'unmatched'
        and s.amount != 0
        and coalesce(s.currency, '') = $currency::VARCHAR
        and coalesce(s.service, '') = coalesce($service::VARCHAR, s.service, '')
        and (
            $periods::VARCHAR[] is null
            or list_contains($periods::VARCHAR[], s.accounting_period)
        )
    group by coalesce(s.title, s.isrc, s.gtin), s.version, s.artist
)

select
    t.title,
    t.version,
    t.artist,
    t.amount::DECIMAL(38, 18) as amount,
    t.lines,
    t.services,
    t.first_period,
    t.last_period,
    (sum(t.amount) over ())::DECIMAL(38, 18) as in_all,
    count(*) over () as titles_in_all
from titles as t
order by abs(t.amount) desc, t.title asc, t.artist asc, t.version asc
limit $largest::INTEGER
