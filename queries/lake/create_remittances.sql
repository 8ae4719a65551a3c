-- lake/create_remittances: one row per remittance, currency and delivery that it pays. reads: none
-- params: none
-- The amount is of all deliveries together.
create table if not exists remittances (
    remittance VARCHAR not null,
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    currency VARCHAR not null,
    amount DECIMAL(38, 18) not null,
    reference VARCHAR not null,
    said_by VARCHAR not null,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (remittance, manifest, accounting_period, currency)
)
