-- lake/create_files: one row per file ever committed. reads: none
-- params: none
-- A file is in the lake while removed_by is null; both are commits.
create table files (
    tbl VARCHAR not null,
    name VARCHAR not null,
    sha256 VARCHAR not null,
    bytes BIGINT not null,
    rows BIGINT not null,
    added_by BIGINT not null,
    removed_by BIGINT,
    removed_at TIMESTAMP,
    primary key (tbl, name)
)
