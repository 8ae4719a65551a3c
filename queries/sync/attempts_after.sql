-- sync/attempts_after: attempts of a source after a place, up to the first that is under way.
-- reads: attempts
-- params: $source VARCHAR, $seq BIGINT
-- The first that is under way is looked for once, not for each: a round may have 10,000 attempts.
select
    a.seq,
    a.request,
    a.number,
    a.url,
    a.begun_at,
    a.waited,
    a.ended_at,
    a.status,
    a.fault,
    a.outcome,
    a.backoff_s,
    a.next_at,
    a.detail
from attempts as a
where
    a.source = $source
    and a.seq > $seq
    and a.seq < coalesce(
        (
            select min(u.seq)
            from attempts as u
            where u.source = $source and u.seq > $seq and u.ended_at is null
        ),
        a.seq + 1
    )
order by a.seq
