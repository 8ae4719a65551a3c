-- catalog/stage_tracks: one row per given track, typed; a track without a disc is on the first.
-- reads: given_tracks
-- params: none
create or replace table staged_tracks as
with spelled as (
    select
        release_id,
        recording_id,
        coalesce(disc, '1') as disc,
        number
    from given_tracks
)

select
    release_id,
    recording_id,
    case
        when regexp_full_match(disc, '[0-9]{1,9}(\.0+)?') then cast(disc as uinteger)
    end as disc,
    case
        when regexp_full_match(number, '[0-9]{1,9}(\.0+)?') then cast(number as uinteger)
    end as number,
    case
        when not regexp_full_match(disc, '[0-9]{1,9}(\.0+)?') then disc
        when not regexp_full_match(number, '[0-9]{1,9}(\.0+)?') then number
    end as bad_number
from spelled
