-- lake/create_endings: one row per delivery that pays no longer, by a person's word. reads: none
-- params: none
create table if not exists endings (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    outcome VARCHAR not null,
    by_manifest VARCHAR,
    by_period VARCHAR,
    reversal VARCHAR,
    reversal_period VARCHAR,
    reason VARCHAR not null,
    decided_by VARCHAR not null,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (manifest, accounting_period)
)
