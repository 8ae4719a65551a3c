-- sync/create_bodies: one row per request that is done in the round under way. reads: none
-- params: none
create table if not exists bodies (
    request VARCHAR primary key,
    source VARCHAR not null,
    url VARCHAR not null,
    place VARCHAR not null,
    start BIGINT not null,
    bytes BIGINT not null,
    sha256 VARCHAR not null,
    status BIGINT not null,
    link VARCHAR not null
)
