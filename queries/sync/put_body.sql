-- sync/put_body: a request that is done, one row. reads: none
-- params: $request VARCHAR, $source VARCHAR, $url VARCHAR, $place VARCHAR, $start BIGINT, $bytes BIGINT, $sha256 VARCHAR, $status BIGINT, $link VARCHAR
insert into bodies (request, source, url, place, start, bytes, sha256, status, link)
values ($request, $source, $url, $place, $start, $bytes, $sha256, $status, $link)
on conflict (request) do nothing
