-- lake/create_alarms: one row per event of an alarm, append-only. reads: none
-- params: none
-- An alarm is a rule and a key: what the rule tells apart, such as a currency. level is what stands
-- told after the event. A silence names a rule, and a key or all of them (null).
create table if not exists alarms (
    seq BIGINT primary key,
    alarm_id VARCHAR not null,
    rule VARCHAR not null,
    "key" VARCHAR,
    state VARCHAR not null,
    level VARCHAR,
    severity VARCHAR,
    metric VARCHAR,
    "value" DECIMAL(38, 18),
    "limit" DECIMAL(38, 18),
    unit VARCHAR,
    warning_since TIMESTAMP,
    breach_since TIMESTAMP,
    muted BOOLEAN not null,
    detail VARCHAR,
    "until" TIMESTAMP,
    said_by VARCHAR,
    reason VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
