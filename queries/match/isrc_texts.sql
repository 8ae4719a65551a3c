-- match/isrc_texts: one row per identity that its ISRC settles: the texts of the recording that it names. reads: verdicts, catalog.recordings
-- params: none
select
    v.identity,
    r.recording_id,
    r.title,
    r.version,
    r.artist,
    r.title_key,
    r.artist_key
from verdicts as v
inner join catalog.recordings as r on v.recording_no = r.rowid
where v.settled and v.step = 2
order by v.identity
