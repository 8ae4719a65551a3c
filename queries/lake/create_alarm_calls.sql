-- lake/create_alarm_calls: one row per event of an alarm, channel and step of its telling. reads: none
-- params: none
create table if not exists alarm_calls (
    alarm_id VARCHAR not null,
    channel VARCHAR not null,
    outcome VARCHAR not null,
    detail VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
