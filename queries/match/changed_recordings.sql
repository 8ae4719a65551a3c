-- match/changed_recordings: one row per recording of which anything that a decision reads is not the same in both versions. reads: changed_releases, catalog.recordings, catalog.splits, catalog.match_text, catalog.tracks, former.recordings, former.splits, former.match_text, former.tracks
-- params: none
create or replace temp table changed_recordings as
with now_told as (
    select
        recording_id,
        hash(
            isrc, title, version, artist, duration_s, release_date, label, title_key, version_key,
            artist_key, splits, splits_digest, by_territory, by_usage, by_service, by_release,
            by_date
        ) as said
    from catalog.recordings
),

then_told as (
    select
        recording_id,
        hash(
            isrc, title, version, artist, duration_s, release_date, label, title_key, version_key,
            artist_key, splits, splits_digest, by_territory, by_usage, by_service, by_release,
            by_date
        ) as said
    from former.recordings
),

now_paid as (
    select
        recording_id,
        sum(hash(
            party_id, share, territory, usage, service, release_id, valid_from, valid_to
        )::hugeint) as said
    from catalog.splits
    group by recording_id
),

then_paid as (
    select
        recording_id,
        sum(hash(
            party_id, share, territory, usage, service, release_id, valid_from, valid_to
        )::hugeint) as said
    from former.splits
    group by recording_id
),

spelled as (
    (
        select
            recording_id,
            text_key
        from catalog.match_text
        except
        select
            recording_id,
            text_key
        from former.match_text
    )
    union all
    (
        select
            recording_id,
            text_key
        from former.match_text
        except
        select
            recording_id,
            text_key
        from catalog.match_text
    )
)

select coalesce(n.recording_id, t.recording_id) as recording_id
from now_told as n
full join then_told as t on n.recording_id = t.recording_id
where n.said is distinct from t.said
union
select coalesce(n.recording_id, t.recording_id) as recording_id
from now_paid as n
full join then_paid as t on n.recording_id = t.recording_id
where n.said is distinct from t.said
union
select recording_id
from spelled
union
select unnest(moved) as recording_id
from changed_releases
union
select k.recording_id
from catalog.tracks as k
semi join (select release_id from changed_releases where is_renamed) as l
    on k.release_id = l.release_id
union
select k.recording_id
from former.tracks as k
semi join (select release_id from changed_releases where is_renamed) as l
    on k.release_id = l.release_id
