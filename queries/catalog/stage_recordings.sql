-- catalog/stage_recordings: one row per given recording, typed. reads: given_recordings
-- params: none
create or replace table staged_recordings as
with spelled as (
    select
        *,
        upper(regexp_replace(isrc, '[\s-]', '', 'g')) as bare_isrc,
        -- a bare year is its first day
        case when length(release_date) = 4 then release_date || '-01-01' else release_date end
            as dated
    from given_recordings
)

select
    recording_id,
    -- ISRC0101010 is Icelandic: the prefix goes only where twelve characters remain (ISO 3901)
    case
        when length(bare_isrc) = 16 and starts_with(bare_isrc, 'ISRC') then bare_isrc[5:]
        else bare_isrc
    end as isrc,
    title,
    version,
    artist,
    case
        when regexp_full_match(duration_s, '[0-9]{1,9}(\.[0-9]+)?')
            then cast(round(cast(duration_s as decimal(18, 3))) as uinteger)
    end as duration_s,
    try_cast(dated as date) as release_date,
    label,
    iswc,
    case
        when not regexp_full_match(duration_s, '[0-9]{1,9}(\.[0-9]+)?') then duration_s
    end as bad_duration,
    case when try_cast(dated as date) is null then release_date end as bad_date
from spelled
