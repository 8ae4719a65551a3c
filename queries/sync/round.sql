-- sync/round: the round of a source that is under way, one row or none. reads: rounds
-- params: $source VARCHAR
select
    r.number,
    r.since,
    r.until,
    r.backfill
from rounds as r
where r.source = $source
