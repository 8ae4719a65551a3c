-- lake/create_layouts: one row per delivery in another layout than its source's. reads: none
-- params: none
create table if not exists layouts (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    source VARCHAR not null,
    encoding VARCHAR not null,
    header VARCHAR[] not null,
    new VARCHAR[] not null,
    gone VARCHAR[] not null,
    missing VARCHAR[] not null,
    proposed VARCHAR not null,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (manifest, accounting_period)
)
