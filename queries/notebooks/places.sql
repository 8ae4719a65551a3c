-- notebooks/places: lines and money, one row per period, service, territory, currency and status.
-- reads: sales, staged, quarantine
-- params: none
-- Every line stands in one of the three tables, so the sums are those of all reports; '' is unknown.
with lines as (
    select
        s.accounting_period,
        s.service,
        s.territory,
        s.currency,
        'matched' as status,
        s.amount
    from sales as s
    union all
    select
        h.accounting_period,
        h.service,
        h.territory,
        h.currency,
        h.status,
        h.amount
    from staged as h
    union all
    select
        q.accounting_period,
        q.service,
        q.territory,
        q.currency,
        'quarantined' as status,
        q.amount
    from quarantine as q
)

select
    l.accounting_period,
    coalesce(l.service, '') as service,
    coalesce(l.territory, '') as territory,
    coalesce(l.currency, '') as currency,
    l.status,
    count(*) as lines,
    coalesce(sum(l.amount), 0)::DECIMAL(38, 18) as amount,
    count(*) filter (l.amount is null) as unreadable_lines
from lines as l
group by all
