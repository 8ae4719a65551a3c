-- catalog/stage_splits: one row per given split, typed; an empty term stands for all. reads: given_splits
-- params: none
create or replace table staged_splits as
select
    recording_id,
    party_id,
    -- a longer fraction would be rounded silently by the cast
    case
        when regexp_full_match(share, '[0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18}')
            then cast(share as decimal(38, 18))
    end as share,
    upper(territory) as territory,
    usage,
    service,
    release_id,
    try_cast(valid_from as date) as valid_from,
    try_cast(valid_to as date) as valid_to,
    case
        when
            share is null
            or not regexp_full_match(share, '[0-9]{1,18}(\.[0-9]{0,18})?|\.[0-9]{1,18}')
            then coalesce(share, '')
    end as bad_share,
    case
        when valid_from is not null and try_cast(valid_from as date) is null then valid_from
        when valid_to is not null and try_cast(valid_to as date) is null then valid_to
    end as bad_date
from given_splits
