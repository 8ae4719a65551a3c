-- match/changed_recordings: one row per recording of which anything that a decision reads is not the same in both versions. reads: changed_releases, catalog.recordings, catalog.splits, catalog.match_text, catalog.tracks, former.recordings, former.splits, former.match_text, former.tracks
-- params: none
create or replace temp table changed_recordings as
with both_versions as (
    select *
    from catalog.recordings
    union all
    select *
    from former.recordings
),

all_splits as (
    select
        'now' as version,
        *
    from catalog.splits
    union all
    select
        'then' as version,
        *
    from former.splits
),

all_texts as (
    select distinct
        'now' as version,
        recording_id,
        text_key
    from catalog.match_text
    union all
    select distinct
        'then' as version,
        recording_id,
        text_key
    from former.match_text
),

told as (
    select
        recording_id,
        hash(
            isrc, title, version, artist, duration_s, release_date, label, title_key, version_key,
            artist_key, splits, splits_digest, by_territory, by_usage, by_service, by_release,
            by_date
        ) as said
    from both_versions
),

shared as (
    select
        version,
        recording_id,
        sum(hash(
            party_id, share, territory, usage, service, release_id, valid_from, valid_to
        )::hugeint) as said
    from all_splits
    group by version, recording_id
),

spelled as (
    select recording_id
    from all_texts
    group by recording_id, text_key
    having count(*) < 2
)

select recording_id
from told
group by recording_id
having count(*) < 2 or min(said) <> max(said)
union
select recording_id
from shared
group by recording_id
having count(*) < 2 or min(said) <> max(said)
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
