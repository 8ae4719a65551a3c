-- lake/create_notices: one row per notice that is settled. reads: none
-- params: none
create table if not exists notices (
    source VARCHAR not null,
    notice_id VARCHAR not null,
    type VARCHAR,
    subject VARCHAR,
    sent_at TIMESTAMP not null,
    received_at TIMESTAMP not null,
    body_sha256 VARCHAR not null,
    outcome VARCHAR not null,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (source, notice_id)
)
