-- lake/create_cursors: one row per source that is fetched: how far it has been taken. reads: none
-- params: none
create table if not exists cursors (
    source VARCHAR primary key,
    value VARCHAR,
    earliest VARCHAR,
    horizon VARCHAR,
    round BIGINT not null,
    seq BIGINT not null,
    finished_at TIMESTAMP,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
