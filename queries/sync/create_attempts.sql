-- sync/create_attempts: one row per attempt at a request; in the journal. reads: none
-- params: none
create table if not exists attempts (
    source VARCHAR not null,
    seq BIGINT not null,
    provider VARCHAR not null,
    request VARCHAR not null,
    number BIGINT not null,
    url VARCHAR not null,
    begun_at DOUBLE not null,
    waited VARCHAR not null,
    ended_at DOUBLE,
    status BIGINT,
    fault VARCHAR,
    outcome VARCHAR,
    backoff_s DOUBLE,
    next_at DOUBLE,
    detail VARCHAR,
    primary key (source, seq)
)
