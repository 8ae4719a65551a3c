-- lake/create_findings: one row per change that a delivery showed when it came. reads: none
-- params: none
create table if not exists findings (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    source VARCHAR not null,
    finding VARCHAR not null,
    severity VARCHAR not null,
    service VARCHAR,
    territory VARCHAR,
    currency VARCHAR,
    "column" VARCHAR,
    subject VARCHAR,
    statistic VARCHAR not null,
    observed DOUBLE not null,
    expected DOUBLE,
    "limit" DOUBLE,
    q_value DOUBLE,
    lines BIGINT not null,
    amount DECIMAL(38, 18),
    detail VARCHAR not null,
    run VARCHAR not null,
    "at" TIMESTAMP not null
)
