-- lake/create_arrivals: one row per file that came by a watched folder or SFTP. reads: none
-- params: none
create table if not exists arrivals (
    source VARCHAR not null,
    place VARCHAR not null,
    name VARCHAR not null,
    bytes BIGINT not null,
    modified_ns BIGINT not null,
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    path VARCHAR not null,
    state VARCHAR not null,
    detail VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
