-- sync/drop_breaker: a host that answers again. reads: breakers
-- params: $host VARCHAR
delete from breakers
where host = $host
