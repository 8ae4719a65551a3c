-- metadata/identities: what is told of ISRCs, one row per ISRC and all that is told with it.
-- reads: lines
-- params: $source VARCHAR, $service VARCHAR
-- Both may be null: then of all.
select
    l.identity,
    l.isrc,
    l.title,
    l.version,
    l.artist,
    l.label,
    l.gtin,
    l.duration_s
from lines as l
where
    ($source::VARCHAR is null or l.source = $source::VARCHAR)
    and ($service::VARCHAR is null or l.service = $service::VARCHAR)
group by all
