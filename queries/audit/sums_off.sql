-- audit/sums_off: offenders, one row per delivery, currency and figure that the conservation table states otherwise than the lines add up to. reads: stated, figures
-- params: $form VARCHAR
with added_up as (
    select
        manifest,
        accounting_period,
        currency,
        sum(lines)::DECIMAL(38, 18) as lines,
        sum(amount)::DECIMAL(38, 18) as reported,
        coalesce(sum(amount) filter (status = 'matched'), 0)::DECIMAL(38, 18) as matched,
        coalesce(sum(amount) filter (status = 'unmatched'), 0)::DECIMAL(38, 18) as unmatched,
        coalesce(sum(amount) filter (status = 'held'), 0)::DECIMAL(38, 18) as held,
        coalesce(sum(amount) filter (status = 'quarantined'), 0)::DECIMAL(38, 18) as quarantined,
        coalesce(sum(amount) filter (status = 'excluded'), 0)::DECIMAL(38, 18) as excluded,
        sum(unreadable_lines)::DECIMAL(38, 18) as unreadable_lines,
        0::DECIMAL(38, 18) as difference
    from figures
    where form = $form and tbl in ('sales', 'staged', 'quarantine')
    group by manifest, accounting_period, currency
),

found_long as (
    unpivot added_up
    on lines, reported, matched, unmatched, held, quarantined, excluded, unreadable_lines,
    difference
    into name figure value found
),

stated_long as (
    unpivot (select * exclude (form) from stated where form = $form)
    on lines, reported, matched, unmatched, held, quarantined, excluded, unreadable_lines,
    difference
    into name figure value stated
)

select
    manifest,
    accounting_period,
    currency,
    figure,
    coalesce(s.stated, 0) as stated,
    coalesce(f.found, 0) as found
from stated_long as s
full join found_long as f using (manifest, accounting_period, currency, figure)
where coalesce(s.stated, 0) <> coalesce(f.found, 0)
order by manifest, accounting_period, currency, figure
