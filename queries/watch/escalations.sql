-- watch/escalations: entries whose attempts were used up lately, one row per fault and source.
-- reads: ledger_history, manifests
-- params: $moment TIMESTAMP, $since TIMESTAMP
select
    coalesce(e.fault, '') as fault,
    coalesce(m.source, if(e.kind = 'request', e.asset, null), '') as source,
    count(distinct e.ledger_id) as entries
from ledger_history as e
left join
    manifests as m
    on e.manifest = m.manifest and e.accounting_period = m.accounting_period
where e.outcome = 'escalated' and e.known_at > $since and e.known_at <= $moment
group by all
order by fault asc, source asc
