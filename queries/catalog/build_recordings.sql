-- catalog/build_recordings: one row per recording with its keys and what its splits come to.
-- reads: keyed_recordings, split_terms, split_corners
-- params: $checked BOOLEAN
create table catalog.recordings as
select
    r.recording_id,
    r.isrc,
    r.title,
    r.version,
    r.artist,
    r.duration_s,
    r.release_date,
    r.label,
    r.iswc,
    r.title_key,
    r.version_key,
    r.artist_key,
    case
        when not $checked then 'unchecked'
        when coalesce(c.least, t.total, 0) = 1 then 'complete'
        when coalesce(c.most, t.total, 0) < 1 then 'incomplete'
        else 'conditional'
    end as splits,
    coalesce(t.by_territory, false) as by_territory,
    coalesce(t.by_usage, false) as by_usage,
    coalesce(t.by_service, false) as by_service,
    coalesce(t.by_release, false) as by_release,
    coalesce(t.by_date, false) as by_date,
    t.splits_digest
from keyed_recordings as r
left join split_terms as t on r.recording_id = t.recording_id
left join split_corners as c on r.recording_id = c.recording_id
