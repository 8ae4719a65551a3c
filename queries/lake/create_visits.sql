-- lake/create_visits: one row per look at a source. reads: none
-- params: none
create table if not exists visits (
    source VARCHAR not null,
    occasion VARCHAR not null,
    committed BIGINT not null,
    unchanged BIGINT not null,
    refused BIGINT not null,
    detail VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
