-- catalog/stage_releases: one row per given release, typed. reads: given_releases
-- params: none
create or replace table staged_releases as
with spelled as (
    select
        *,
        regexp_replace(gtin, '[\s-]', '', 'g') as bare_gtin,
        -- a bare year is its first day
        case when length(release_date) = 4 then release_date || '-01-01' else release_date end
            as dated
    from given_releases
)

select
    release_id,
    case
        when regexp_full_match(bare_gtin, '[0-9]{8,14}') then lpad(bare_gtin, 14, '0')
        else bare_gtin
    end as gtin,
    title,
    artist,
    try_cast(dated as date) as release_date,
    label,
    gtin as given_gtin,
    case when try_cast(dated as date) is null then release_date end as bad_date
from spelled
