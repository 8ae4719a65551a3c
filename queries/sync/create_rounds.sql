-- sync/create_rounds: one row per source with a round under way. reads: none
-- params: none
create table if not exists rounds (
    source VARCHAR primary key,
    number BIGINT not null,
    since VARCHAR not null,
    until VARCHAR not null,
    backfill BOOLEAN not null
)
