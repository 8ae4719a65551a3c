-- lake/create_reported: one row per delivery and currency. reads: none
-- params: none
-- What was read, summed before any line had a status.
create table reported (
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    currency VARCHAR not null,
    lines BIGINT not null,
    amount DECIMAL(38, 18) not null,
    unreadable_lines BIGINT not null,
    primary key (manifest, accounting_period, currency)
)
