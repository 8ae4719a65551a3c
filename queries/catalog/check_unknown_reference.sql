-- catalog/check_unknown_reference: one row per key in tracks or splits that nothing bears, and what names it.
-- reads: staged_recordings, staged_releases, staged_tracks, staged_parties, staged_splits, split_terms
-- params: none
with unknown as (
    select
        'tracks' as relation,
        release_id as key,
        'recording ' || recording_id as missing
    from staged_tracks
    anti join staged_recordings using (recording_id)
    where recording_id is not null
    union
    select
        'tracks',
        release_id,
        'release ' || release_id
    from staged_tracks
    anti join staged_releases using (release_id)
    where release_id is not null
    union
    select
        'splits',
        recording_id,
        'recording ' || recording_id
    from split_terms
    anti join staged_recordings using (recording_id)
    where recording_id is not null
    union
    select
        'splits',
        recording_id,
        'party ' || party_id
    from staged_splits
    anti join staged_parties using (party_id)
    where party_id is not null
    union
    select
        'splits',
        recording_id,
        'release ' || release_id
    from staged_splits
    anti join staged_releases using (release_id)
    where release_id is not null
)

select
    relation,
    key,
    relation || ' of ' || coalesce(key, 'no key') || ' name the unknown ' || missing as offender
from unknown
