-- lake/create_commits: one row per transaction that changed the lake. reads: none
-- params: none
-- Clocks are UTC in every table of the books.
create table commits (
    commit_id BIGINT primary key,
    run VARCHAR not null,
    kind VARCHAR not null,
    "at" TIMESTAMP not null
)
