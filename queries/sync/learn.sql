-- sync/learn: what a provider told of its limits, one row. reads: learned
-- params: $provider VARCHAR, $blocked_until DOUBLE, $requests BIGINT, $window_s DOUBLE
insert or replace into learned (provider, blocked_until, requests, window_s)
values ($provider, $blocked_until, $requests, $window_s)
