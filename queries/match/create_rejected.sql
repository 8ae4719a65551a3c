-- match/create_rejected: the candidates that a person refused, empty where a session has none. reads: nothing
-- params: none
create temp table if not exists rejected (
    bound_to varchar,
    source varchar,
    "value" varchar,
    recording_id varchar,
    release_id varchar
)
