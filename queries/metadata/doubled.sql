-- metadata/doubled: recordings that were matched under several ISRCs, one row each. reads: lines
-- params: $source VARCHAR, $service VARCHAR
-- Both may be null: then of all.
select l.recording_id
from lines as l
where
    l.recording_id is not null
    and ($source::VARCHAR is null or l.source = $source::VARCHAR)
    and ($service::VARCHAR is null or l.service = $service::VARCHAR)
group by l.recording_id
having min(hash(l.isrc)) != max(hash(l.isrc))
