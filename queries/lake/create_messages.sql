-- lake/create_messages: one row per delivery that says what its sender calls it. reads: none
-- params: none
create table if not exists messages (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    source VARCHAR not null,
    message_id VARCHAR not null,
    part VARCHAR,
    replaces VARCHAR,
    primary key (manifest, accounting_period)
)
