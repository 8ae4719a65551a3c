-- lake/create_built: what the views were made from, one row. reads: none
-- params: none
create table built (
    commit_id BIGINT not null,
    home VARCHAR not null,
    layout VARCHAR not null
)
