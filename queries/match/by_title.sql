-- match/by_title: step 3, one row per identity and recording of its title on the release of its GTIN. reads: open, found_releases, catalog.index_tracks
-- params: none
create or replace temp table by_title as
with reported as materialized (
    select
        o.identity,
        o.title_hash,
        l.release_no
    from open as o
    inner join found_releases as l on o.gtin_no = l.gtin_no
    where not o.of_release
)

select distinct
    p.identity,
    t.recording_no
from catalog.index_tracks as t
inner join reported as p on t.release_no = p.release_no and t.title_hash = p.title_hash
