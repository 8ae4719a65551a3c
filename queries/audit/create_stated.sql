-- audit/create_stated: the empty table of the stated figures, money in the row's currency. reads: none
-- params: none
create temp table stated (
    form VARCHAR not null,
    manifest VARCHAR,
    accounting_period VARCHAR,
    currency VARCHAR,
    lines DECIMAL(38, 18),
    reported DECIMAL(38, 18),
    matched DECIMAL(38, 18),
    unmatched DECIMAL(38, 18),
    held DECIMAL(38, 18),
    quarantined DECIMAL(38, 18),
    excluded DECIMAL(38, 18),
    unreadable_lines DECIMAL(38, 18),
    difference DECIMAL(38, 18)
)
