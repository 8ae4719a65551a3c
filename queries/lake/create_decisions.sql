-- lake/create_decisions: one row per decision, never changed. reads: none
-- params: none
create table decisions (
    decision_id VARCHAR primary key,
    kind VARCHAR not null,
    bound_to VARCHAR not null,
    source VARCHAR,
    value VARCHAR not null,
    level VARCHAR,
    recording_id VARCHAR,
    release_id VARCHAR,
    territories VARCHAR[],
    valid_from DATE,
    valid_to DATE,
    candidates VARCHAR[],
    shares VARCHAR,
    artist VARCHAR,
    origin VARCHAR,
    reason VARCHAR,
    queue_id VARCHAR,
    catalog VARCHAR,
    decided_at TIMESTAMP not null,
    decided_by VARCHAR not null
)
