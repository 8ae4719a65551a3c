-- catalog/build_releases: one row per release and what its tracks' splits come to.
-- reads: staged_releases, staged_tracks, catalog.recordings
-- params: $checked BOOLEAN
create table catalog.releases as
with tracked as (
    select
        t.release_id,
        bool_and(r.splits = 'complete') as complete,
        bool_and(r.splits = 'incomplete') as incomplete,
        bool_or(r.by_territory) as by_territory,
        bool_or(r.by_usage) as by_usage,
        bool_or(r.by_service) as by_service,
        bool_or(r.by_release) as by_release,
        bool_or(r.by_date) as by_date,
        -- a sum does not mind the order of tracks
        hex(sum(cast(hash(r.splits_digest) as hugeint))) || '-' || count(*) as splits_digest
    from staged_tracks as t
    inner join catalog.recordings as r on t.recording_id = r.recording_id
    group by t.release_id
)

select
    l.release_id,
    l.gtin,
    l.title,
    l.artist,
    l.release_date,
    l.label,
    case
        when not $checked then 'unchecked'
        when coalesce(t.complete, false) then 'complete'
        when coalesce(t.incomplete, true) then 'incomplete'
        else 'conditional'
    end as splits,
    coalesce(t.by_territory, false) as by_territory,
    coalesce(t.by_usage, false) as by_usage,
    coalesce(t.by_service, false) as by_service,
    coalesce(t.by_release, false) as by_release,
    coalesce(t.by_date, false) as by_date,
    t.splits_digest
from staged_releases as l
left join tracked as t on l.release_id = t.release_id
