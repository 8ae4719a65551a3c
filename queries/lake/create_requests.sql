-- lake/create_requests: one row per request that is done and never sent again. reads: none
-- params: none
create table if not exists requests (
    request VARCHAR primary key,
    source VARCHAR not null,
    round BIGINT not null,
    method VARCHAR not null,
    url VARCHAR not null,
    status BIGINT not null,
    payload_sha256 VARCHAR not null,
    bytes BIGINT not null,
    manifest VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
