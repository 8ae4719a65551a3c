-- sync/put_breaker: how a host stands, one row. reads: none
-- params: $host VARCHAR, $failures BIGINT, $open_s DOUBLE, $open_until DOUBLE, $probe_until DOUBLE
insert or replace into breakers (host, failures, open_s, open_until, probe_until)
values ($host, $failures, $open_s, $open_until, $probe_until)
