-- sync/attempts_after: attempts of a source after a place, up to the first that is under way.
-- reads: attempts
-- params: $source VARCHAR, $seq BIGINT
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
    and not exists (
        select 1
        from attempts as u
        where u.source = a.source and u.seq > $seq and u.seq <= a.seq and u.ended_at is null
    )
order by a.seq
