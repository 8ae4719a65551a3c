-- sync/end_attempt: how an attempt ended, one row. reads: attempts
-- params: $source VARCHAR, $seq BIGINT, $ended_at DOUBLE, $status BIGINT, $fault VARCHAR, $outcome VARCHAR, $backoff_s DOUBLE, $next_at DOUBLE, $detail VARCHAR
update attempts
set
    ended_at = $ended_at,
    status = $status,
    fault = $fault,
    outcome = $outcome,
    backoff_s = $backoff_s,
    next_at = $next_at,
    detail = $detail
where source = $source and seq = $seq
