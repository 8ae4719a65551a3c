-- lake/create_bases: one row per commit: the catalog and the rules by which its run judged. reads: none
-- params: none
-- No version: there was no catalog. Books of an earlier pipeline get the table with their next commit.
create table if not exists bases (
    commit_id BIGINT primary key,
    catalog VARCHAR,
    rules VARCHAR not null
)
