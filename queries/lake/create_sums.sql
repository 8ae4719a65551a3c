-- lake/create_sums: one row per commit, delivery, currency and status. reads: none
-- params: none
-- Changes: a replay takes from one status and gives to another; what stands is their sum.
create table sums (
    commit_id BIGINT not null,
    manifest VARCHAR not null,
    accounting_period VARCHAR not null,
    currency VARCHAR not null,
    status VARCHAR not null,
    lines BIGINT not null,
    amount DECIMAL(38, 18) not null,
    unreadable_lines BIGINT not null
)
