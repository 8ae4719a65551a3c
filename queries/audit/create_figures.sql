-- audit/create_figures: the empty table of what the files hold. reads: none
-- params: none
create temp table figures (
    form VARCHAR not null,
    tbl VARCHAR not null,
    manifest VARCHAR,
    accounting_period VARCHAR,
    currency VARCHAR,
    status VARCHAR,
    lines BIGINT,
    amount DECIMAL(38, 18),
    unreadable_lines BIGINT,
    fingerprint HUGEINT
)
