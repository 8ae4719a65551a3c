-- notebooks/waterfall: from what was reported to what is matched, one row per step, in order.
-- reads: places
-- params: $currency VARCHAR, $service VARCHAR, $periods VARCHAR[]
-- Service and periods may be null: all. A step's bar goes from `begins` to `ends`, the running rest.
with sums as (
    select
        p.status,
        sum(p.lines)::BIGINT as lines,
        sum(p.amount) as amount,
        sum(p.unreadable_lines)::BIGINT as unreadable_lines
    from places as p
    where
        p.currency = $currency::VARCHAR
        and p.service = coalesce($service::VARCHAR, p.service)
        and (
            $periods::VARCHAR[] is null
            or list_contains($periods::VARCHAR[], p.accounting_period)
        )
    group by p.status
),

names as (
    select
        n.step,
        n.place
    from (
        values
        ('reported', 0),
        ('unmatched', 1),
        ('held', 2),
        ('quarantined', 3),
        ('excluded', 4),
        ('matched', 5)
    ) as n (step, place)
),

steps as (
    select
        n.step,
        n.place,
        coalesce(sum(s.lines), 0)::BIGINT as lines,
        coalesce(sum(s.amount), 0)::DECIMAL(38, 18) as amount,
        coalesce(sum(s.unreadable_lines), 0)::BIGINT as unreadable_lines
    from names as n
    left join sums as s on n.place = 0 or n.step = s.status
    group by n.step, n.place
),

taken as (
    select
        t.*,
        coalesce(
            sum(t.amount) filter (t.place > 0) over (order by t.place), 0
        )::DECIMAL(38, 18) as taken_off,
        first_value(t.amount) over (order by t.place) as whole
    from steps as t
)

select
    t.step,
    t.lines,
    t.amount,
    t.unreadable_lines,
    (
        case when t.place = 0 then 0 else t.whole - t.taken_off + t.amount end
    )::DECIMAL(38, 18) as begins,
    (t.whole - t.taken_off)::DECIMAL(38, 18) as ends
from taken as t
order by t.place
