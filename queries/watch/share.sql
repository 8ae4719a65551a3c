-- watch/share: what waits of what came lately, one row per status, source and currency, and one
-- of all that was reported (status null). reads: sum_changes, manifests, endings
-- params: $moment TIMESTAMP, $since TIMESTAMP
-- Reports that pay no longer, and the reversals of them, are left out.
with lately as (
    select
        m.manifest,
        m.accounting_period,
        m.source
    from manifests as m
    where
        m.at > $since
        and m.at <= $moment
        and not exists (
            select 1
            from endings as e
            where
                e.at <= $moment
                and (
                    (e.manifest = m.manifest and e.accounting_period = m.accounting_period)
                    or (e.reversal = m.manifest and e.reversal_period = m.accounting_period)
                )
        )
),

changes as (
    select
        l.source,
        c.status,
        c.currency,
        c.lines,
        c.amount
    from sum_changes as c
    inner join
        lately as l
        on c.manifest = l.manifest and c.accounting_period = l.accounting_period
    where c.at <= $moment
)

select
    c.status,
    c.source,
    c.currency,
    sum(c.amount)::DECIMAL(38, 18) as "value",
    0::DECIMAL(38, 18) as base,
    0::BIGINT as lines
from changes as c
where c.status in ('unmatched', 'held', 'quarantined')
group by c.status, c.source, c.currency
union all
select
    null as status,
    c.source,
    c.currency,
    0::DECIMAL(38, 18) as "value",
    sum(c.amount)::DECIMAL(38, 18) as base,
    sum(c.lines)::BIGINT as lines
from changes as c
group by c.source, c.currency
order by all
