-- match/by_isrc: step 2, one row per track-level identity whose ISRC one recording alone bears. reads: asked, decided, found_recordings, rejected_pairs
-- params: none
create or replace temp table by_isrc as
with sole as (
    select
        isrc_hash,
        min(recording_no) as recording_no,
        min(recording_id) as recording_id
    from found_recordings
    where isrc_hash is not null
    group by isrc_hash
    having count(distinct recording_id) = 1
)

select
    a.identity,
    s.recording_no
from asked as a
inner join sole as s on a.isrc_hash = s.isrc_hash
anti join decided as d on a.identity = d.identity
anti join rejected_pairs as j on a.identity = j.identity and s.recording_id = j.named
where not a.of_release
