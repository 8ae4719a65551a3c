-- catalog/check_missing_key: one row per table and key whose rows lack a key column.
-- reads: staged_recordings, staged_releases, staged_tracks, staged_parties, staged_splits
-- params: none
with lacking as (
    select
        'recordings' as relation,
        recording_id as key,
        'recording_id' as name
    from staged_recordings
    where recording_id is null
    union all
    select
        'releases',
        release_id,
        'release_id'
    from staged_releases
    where release_id is null
    union all
    select
        'tracks',
        release_id,
        case when release_id is null then 'release_id' else 'recording_id' end
    from staged_tracks
    where release_id is null or recording_id is null
    union all
    select
        'parties',
        party_id,
        'party_id'
    from staged_parties
    where party_id is null
    union all
    select
        'splits',
        recording_id,
        case when recording_id is null then 'recording_id' else 'party_id' end
    from staged_splits
    where recording_id is null or party_id is null
)

select
    relation,
    key,
    count(*) || ' rows of ' || relation || coalesce(' of ' || key, '') || ' have no ' || name
        as offender
from lacking
group by relation, key, name
