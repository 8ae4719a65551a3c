-- lake/create_decisions: one row per standing decision. reads: none
-- params: none
create table decisions (
    decision_id VARCHAR primary key,
    bound_to VARCHAR not null,
    source VARCHAR,
    value VARCHAR not null,
    recording_id VARCHAR,
    release_id VARCHAR,
    decided_at TIMESTAMP not null,
    decided_by VARCHAR not null
)
