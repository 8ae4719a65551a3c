-- watch/fatal: lines that went into quarantine lately, one row per fault and source, and one per
-- source of all lines that came (fault null). reads: ledger_history, manifests
-- params: $moment TIMESTAMP, $since TIMESTAMP
with opened as (
    select
        e.fault,
        e.lines,
        coalesce(m.source, '') as source
    from ledger_history as e
    left join
        manifests as m
        on e.manifest = m.manifest and e.accounting_period = m.accounting_period
    where
        e.known_at > $since
        and e.known_at <= $moment
        and e.outcome = 'opened'
        and e.tier = 'fatal'
        and e.kind in ('line', 'manifest')
)

select
    o.fault,
    o.source,
    sum(o.lines)::BIGINT as "value",
    0::BIGINT as base,
    0::BIGINT as lines
from opened as o
group by o.fault, o.source
union all
select
    null as fault,
    m.source,
    0::BIGINT as "value",
    sum(m.lines)::BIGINT as base,
    sum(m.lines)::BIGINT as lines
from manifests as m
where m.at > $since and m.at <= $moment
group by m.source
order by all
