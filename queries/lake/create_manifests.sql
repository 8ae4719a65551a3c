-- lake/create_manifests: one row per manifest and accounting period. reads: none
-- params: none
create table manifests (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    source VARCHAR not null,
    title VARCHAR,
    path VARCHAR,
    bytes UBIGINT,
    lines UBIGINT not null,
    resynchronised UBIGINT,
    control VARCHAR,
    by_method VARCHAR,
    by_fault VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (manifest, accounting_period)
)
