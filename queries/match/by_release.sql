-- match/by_release: step 3, one row per release-level identity and release of its GTIN; contradicted where its ISRC is known, but of no recording there. reads: open, found_recordings, found_releases, catalog.index_tracks
-- params: none
create or replace temp table by_release as
with
reported as materialized (
    select
        o.identity,
        l.release_no,
        r.recording_no
    from open as o
    inner join found_releases as l on o.gtin_no = l.gtin_no
    left join found_recordings as r on o.isrc_hash = r.isrc_hash
    where o.of_release
),

held as (
    select
        p.identity,
        p.release_no,
        p.recording_no
    from catalog.index_tracks as t
    inner join
        (select * from reported where recording_no is not null) as p
        on t.release_no = p.release_no and t.recording_no = p.recording_no
)

select
    p.identity,
    p.release_no,
    count(p.recording_no) > 0 and count(h.recording_no) = 0 as contradicted
from reported as p
left join held as h using (identity, release_no, recording_no)
group by p.identity, p.release_no
