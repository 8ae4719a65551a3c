-- audit/create_deliveries: the empty table of the listed manifests. reads: none
-- params: none
create temp table deliveries (
    form VARCHAR not null,
    manifest VARCHAR,
    accounting_period VARCHAR,
    lines BIGINT
)
