-- lake/create_fetched_rows: one row per row of a source that may come once more. reads: none
-- params: none
create table if not exists fetched_rows (
    source VARCHAR not null,
    row_key VARCHAR not null,
    digest VARCHAR not null,
    moment VARCHAR not null,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (source, row_key)
)
