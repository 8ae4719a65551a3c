-- catalog/sheet_splits: one row per recording, payee and terms. A sheet repeats the payees on every
-- release of a recording: once is meant where they are the same everywhere, else each release has
-- its own. A column of percents holds fractions where none of its cells is above 1 (a spreadsheet
-- shows 0.5 as 50%); a cell with the sign is a percentage anywhere.
-- reads: sheet_rows
-- params: none
create or replace view given_splits as
with cells as (
    select
        *,
        coalesce(percent, share) as cell,
        replace(trim(replace(coalesce(percent, share), '%', '')), ',', '.') as figure
    from sheet_rows
    where payee is not null
),

scale as (
    select max(try_cast(figure as decimal(38, 18))) > 1 as in_percents
    from cells
    where percent is not null
),

fractions as (
    select
        c.*,
        case
            when not (contains(c.cell, '%') or (c.percent is not null and s.in_percents))
                then c.figure
            when regexp_full_match(c.figure, '[0-9]{1,4}(\.[0-9]{0,16})?|\.[0-9]{1,16}')
                then cast(
                    cast(c.figure as decimal(20, 16)) * cast(0.01 as decimal(2, 2)) as varchar
                )
            else c.cell
        end as fraction
    from cells as c
    cross join scale as s
),

places as (
    select
        made_recording_id,
        place,
        any_value(made_release_id) as made_release_id,
        string_agg(deal, chr(29) order by deal) as deals
    from (
        select
            *,
            concat_ws(
                chr(31), payee, fraction, 't' || territory, 'u' || usage, 's' || service,
                'f' || valid_from, 'v' || valid_to
            ) as deal
        from fractions
    ) as named
    group by made_recording_id, place
),

chosen as (
    select
        made_recording_id,
        made_release_id,
        min(place) as place,
        count(distinct deals) over (partition by made_recording_id) > 1 as varies
    from places
    group by made_recording_id, made_release_id, deals
),

kept as (
    select
        made_recording_id,
        place,
        case when varies then made_release_id end as release_id
    from chosen
    qualify varies or row_number() over (partition by made_recording_id order by place) = 1
)

select
    f.made_recording_id as recording_id,
    f.payee as party_id,
    f.fraction as share,
    f.territory,
    f.usage,
    f.service,
    k.release_id,
    f.valid_from,
    f.valid_to
from fractions as f
inner join kept as k on f.made_recording_id = k.made_recording_id and f.place = k.place
