-- catalog/build_splits: one row per split; terms that are null stand for all, valid_to is the last day. reads: staged_splits
-- params: none
create table catalog.splits as
select
    recording_id,
    party_id,
    share,
    territory,
    usage,
    service,
    release_id,
    valid_from,
    valid_to
from staged_splits
