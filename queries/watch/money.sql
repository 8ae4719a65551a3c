-- watch/money: money that is neither paid nor excluded, one row per status, source and currency.
-- reads: sum_changes, manifests
-- params: $moment TIMESTAMP
select
    c.status,
    coalesce(m.source, '') as source,
    c.currency,
    sum(c.amount)::DECIMAL(38, 18) as amount
from sum_changes as c
left join
    manifests as m
    on c.manifest = m.manifest and c.accounting_period = m.accounting_period
where c.at <= $moment and c.status in ('unmatched', 'held', 'quarantined')
group by c.status, coalesce(m.source, ''), c.currency
order by c.status asc, source asc, c.currency asc
