-- lake/create_control: one row per commit, delivery, figure that is declared of it, and currency. reads: none
-- params: none
-- Never changed: what stands of a figure are its rows of the latest commit that has any.
create table if not exists control (
    commit_id BIGINT not null,
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    what VARCHAR not null,
    currency VARCHAR not null,
    declared DECIMAL(38, 18),
    found DECIMAL(38, 18),
    difference DECIMAL(38, 18),
    tolerance DECIMAL(38, 18) not null,
    balance VARCHAR not null,
    remittances VARCHAR,
    accepted_by VARCHAR,
    reason VARCHAR,
    run VARCHAR not null,
    "at" TIMESTAMP not null,
    primary key (commit_id, manifest, accounting_period, what, currency)
)
