-- sync/learned: what a provider told of its limits, one row or none. reads: learned
-- params: $provider VARCHAR
select
    l.blocked_until,
    l.requests,
    l.window_s
from learned as l
where l.provider = $provider
