-- sync/create_learned: one row per provider that has told of its limits. reads: none
-- params: none
create table if not exists learned (
    provider VARCHAR primary key,
    blocked_until DOUBLE not null,
    requests BIGINT not null,
    window_s DOUBLE not null
)
