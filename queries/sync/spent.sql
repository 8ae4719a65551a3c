-- sync/spent: requests and retries of a provider since a moment, one row. reads: attempts
-- params: $provider VARCHAR, $since DOUBLE
select
    count(*) filter (where a.number = 1) as requests,
    count(*) filter (where a.number > 1) as retries
from attempts as a
where a.provider = $provider and a.begun_at >= $since
