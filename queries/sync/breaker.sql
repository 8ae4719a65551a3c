-- sync/breaker: how a host stands, one row or none. reads: breakers
-- params: $host VARCHAR
select
    b.failures,
    b.open_s,
    b.open_until,
    b.probe_until
from breakers as b
where b.host = $host
