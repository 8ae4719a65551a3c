-- notebooks/earners: the titles that earned most, one row per recording, or release where the line is
-- of a whole one. reads: sales
-- params: $currency VARCHAR, $periods VARCHAR[], $largest INTEGER
-- The periods may be null: all. title and artist are those of the largest line; in_all is what all
-- matched lines come to.
with earners as (
    select
        coalesce(s.recording_id, s.release_id) as asset,
        arg_max(coalesce(s.title, s.release_title), abs(s.amount)) as title,
        arg_max(s.artist, abs(s.amount)) as artist,
        count(*) as lines,
        count(distinct s.service) as services,
        count(distinct s.territory) as territories,
        sum(s.quantity)::DECIMAL(38, 6) as quantity,
        sum(s.amount) as amount
    from sales as s
    where
        coalesce(s.currency, '') = $currency::VARCHAR
        and (
            $periods::VARCHAR[] is null
            or list_contains($periods::VARCHAR[], s.accounting_period)
        )
    group by coalesce(s.recording_id, s.release_id)
)

select
    e.title,
    e.artist,
    e.amount::DECIMAL(38, 18) as amount,
    e.quantity,
    e.lines,
    e.services,
    e.territories,
    e.asset,
    (sum(e.amount) over ())::DECIMAL(38, 18) as in_all,
    count(*) over () as titles_in_all
from earners as e
order by abs(e.amount) desc, e.asset asc
limit $largest::INTEGER
