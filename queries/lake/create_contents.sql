-- lake/create_contents: one row per delivery that was read: what it reports, in short. reads: none
-- params: none
create table if not exists contents (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    source VARCHAR not null,
    lines UBIGINT not null,
    content VARCHAR not null,
    seen VARCHAR not null,
    scopes UBIGINT[] not null,
    primary key (manifest, accounting_period)
)
