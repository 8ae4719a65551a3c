-- review/named: what the catalog says of some recordings and releases, one row each, in order of their ids. reads: catalog.recordings, catalog.releases, catalog.tracks
-- params: $ids VARCHAR[]
with stands_on as (
    select
        t.recording_id,
        list(distinct l.title order by l.title) filter (l.title is not null) as titles,
        list(distinct l.gtin order by l.gtin) filter (l.gtin is not null) as gtins
    from catalog.tracks as t
    inner join catalog.releases as l on t.release_id = l.release_id
    where list_contains($ids, t.recording_id)
    group by t.recording_id
)

select
    r.recording_id as id,
    'recording' as what,
    r.isrc,
    array_to_string(s.gtins, ', ') as gtin,
    r.title,
    r.version,
    r.artist,
    array_to_string(s.titles, ', ') as release_title,
    r.release_date,
    r.duration_s,
    r.label,
    r.splits
from catalog.recordings as r
left join stands_on as s on r.recording_id = s.recording_id
where list_contains($ids, r.recording_id)
union all
select
    l.release_id as id,
    'release' as what,
    null as isrc,
    l.gtin,
    l.title,
    null as version,
    l.artist,
    l.title as release_title,
    l.release_date,
    null as duration_s,
    l.label,
    l.splits
from catalog.releases as l
where list_contains($ids, l.release_id)
order by what, id
