-- match/places: one row per identity whose recording is settled and stands on one release only, of the GTIN where one is reported. reads: asked, verdicts, found_releases, catalog.index_tracks
-- params: none
create or replace temp table places as
with settled as materialized (
    select
        v.identity,
        v.recording_no,
        a.gtin_no
    from verdicts as v
    inner join asked as a on v.identity = a.identity
    where v.settled and v.release_no is null
)

select
    s.identity,
    min(t.release_no) as release_no
from catalog.index_tracks as t
inner join settled as s on t.recording_no = s.recording_no
left join found_releases as l on t.release_no = l.release_no and s.gtin_no = l.gtin_no
where s.gtin_no is null or l.release_no is not null
group by s.identity
having min(t.release_no) = max(t.release_no)
