-- sync/begin_attempt: an attempt that is about to be sent, one row. reads: none
-- params: $source VARCHAR, $seq BIGINT, $provider VARCHAR, $request VARCHAR, $number BIGINT, $url VARCHAR, $begun_at DOUBLE, $waited VARCHAR
insert into attempts (source, seq, provider, request, number, url, begun_at, waited)
values ($source, $seq, $provider, $request, $number, $url, $begun_at, $waited)
