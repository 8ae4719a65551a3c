-- watch/silence: since when a source that is fetched has not been, one row per source.
-- reads: fetches, fetched_sources
-- params: $moment TIMESTAMP
-- Since its last round that came to its end, or since its first attempt where none did. Sources that
-- no profile fetches any more are left out.
select
    f.source,
    date_diff('second', coalesce(max(f.finished_at), min(f.at)), $moment) as silence_s
from fetches as f
semi join fetched_sources as s on f.source = s.source
where f.at <= $moment
group by f.source
order by f.source
