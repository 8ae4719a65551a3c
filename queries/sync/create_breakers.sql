-- sync/create_breakers: one row per host that has failed. reads: none
-- params: none
create table if not exists breakers (
    host VARCHAR primary key,
    failures BIGINT not null,
    open_s DOUBLE not null,
    open_until DOUBLE not null,
    probe_until DOUBLE not null
)
