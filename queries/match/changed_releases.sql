-- match/changed_releases: one row per release that is not the same in both versions: its row, or what stands on it. reads: catalog.releases, catalog.tracks, former.releases, former.tracks
-- params: none
create or replace temp table changed_releases as
with both_versions as (
    select *
    from catalog.releases
    union all
    select *
    from former.releases
),

standing as (
    select distinct
        'now' as version,
        release_id,
        recording_id
    from catalog.tracks
    union all
    select distinct
        'then' as version,
        release_id,
        recording_id
    from former.tracks
),

told as (
    select
        release_id,
        hash(gtin, title, release_date, label) as named,
        hash(
            splits, splits_digest, by_territory, by_usage, by_service, by_release, by_date
        ) as paid
    from both_versions
),

moved as (
    select
        release_id,
        recording_id
    from standing
    group by release_id, recording_id
    having count(*) < 2
),

found as (
    select
        release_id,
        count(*) < 2 or min(named) <> max(named) as is_renamed,
        null as recording_id
    from told
    group by release_id
    having count(*) < 2 or min(named) <> max(named) or min(paid) <> max(paid)
    union all
    select
        release_id,
        false as is_renamed,
        recording_id
    from moved
)

select
    release_id,
    bool_or(is_renamed) as is_renamed,
    list(distinct recording_id) filter (where recording_id is not null) as moved
from found
group by release_id
