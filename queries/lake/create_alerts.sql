-- lake/create_alerts: one row per event that a person must see. reads: none
-- params: none
create table alerts (
    alert_id VARCHAR not null,
    "at" TIMESTAMP not null,
    severity VARCHAR not null,
    manifest VARCHAR,
    accounting_period VARCHAR,
    asset VARCHAR,
    fault VARCHAR,
    lines UBIGINT,
    currency VARCHAR,
    amount DECIMAL(38, 18),
    detail VARCHAR,
    run VARCHAR not null
)
