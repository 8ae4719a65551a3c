-- watch/queue: open entries, one row per queue, fault and source. reads: ledger_state, manifests
-- params: $moment TIMESTAMP
-- An entry is in one queue. What is due waits since it could be tried, what was given up since then,
-- all else since it began.
with entries as (
    select
        s.fault,
        s.first_at,
        s.last_at,
        s.next_attempt_at,
        coalesce(m.source, if(s.kind = 'request', s.asset, null), '') as source,
        case
            when s.kind = 'request' and s.outcome = 'escalated' then 'given_up'
            when s.kind = 'request' then 'fetch'
            when s.outcome = 'escalated' then 'escalated'
            when s.next_attempt_at is null then 'person'
            when s.next_attempt_at <= $moment then 'due'
            else 'catalog'
        end as queue
    from ledger_state as s
    left join
        manifests as m
        on s.manifest = m.manifest and s.accounting_period = m.accounting_period
    where s.is_open
)

select
    e.queue,
    coalesce(e.fault, '') as fault,
    e.source,
    count(*) as entries,
    max(
        date_diff(
            'second',
            case
                when e.queue = 'due' then e.next_attempt_at
                when e.queue in ('escalated', 'given_up') then e.last_at
                else e.first_at
            end,
            $moment
        )
    ) as age_s
from entries as e
group by e.queue, coalesce(e.fault, ''), e.source
order by e.queue asc, fault asc, e.source asc
