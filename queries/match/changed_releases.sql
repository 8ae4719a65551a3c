-- match/changed_releases: one row per release that is not the same in both versions: its row, or what stands on it. reads: catalog.releases, catalog.tracks, former.releases, former.tracks
-- params: none
create or replace temp table changed_releases as
with now_told as (
    select
        release_id,
        hash(gtin, title, release_date, label) as named,
        hash(
            splits, splits_digest, by_territory, by_usage, by_service, by_release, by_date
        ) as paid
    from catalog.releases
),

then_told as (
    select
        release_id,
        hash(gtin, title, release_date, label) as named,
        hash(
            splits, splits_digest, by_territory, by_usage, by_service, by_release, by_date
        ) as paid
    from former.releases
),

moved as (
    (
        select
            release_id,
            recording_id
        from catalog.tracks
        except
        select
            release_id,
            recording_id
        from former.tracks
    )
    union all
    (
        select
            release_id,
            recording_id
        from former.tracks
        except
        select
            release_id,
            recording_id
        from catalog.tracks
    )
),

found as (
    select
        coalesce(n.release_id, t.release_id) as release_id,
        coalesce(n.named <> t.named, true) as is_renamed,
        null as recording_id
    from now_told as n
    full join then_told as t on n.release_id = t.release_id
    where n.named is distinct from t.named or n.paid is distinct from t.paid
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
