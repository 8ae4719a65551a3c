-- lake/create_fetches: one row per commit of a source that is fetched. reads: none
-- params: none
-- What `cursors` said after each commit; that table holds the last alone.
create table if not exists fetches (
    source VARCHAR not null,
    round BIGINT not null,
    finished_at TIMESTAMP,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
