-- sync/forget_attempts: attempts that stand in the ledger and count for no budget. reads: attempts
-- params: $source VARCHAR, $seq BIGINT, $before DOUBLE
delete from attempts
where source = $source and seq <= $seq and begun_at < $before
