-- sync/end_interrupted: attempts of a process that ended before their answers came. reads: attempts
-- params: $source VARCHAR, $now DOUBLE, $outcome VARCHAR, $detail VARCHAR
update attempts
set
    ended_at = $now,
    status = 0,
    outcome = $outcome,
    backoff_s = 0,
    next_at = $now,
    detail = $detail
where source = $source and ended_at is null
