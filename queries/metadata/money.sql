-- metadata/money: lines and money of what is asked for, one row per item and currency.
-- reads: lines, wanted
-- params: none
-- absolute: the sum of amounts without their signs: what a return takes back is at stake, too.
select
    w.item,
    coalesce(l.currency, '') as currency,
    count(*)::BIGINT as lines,
    coalesce(sum(l.quantity), 0)::DECIMAL(38, 6) as quantity,
    coalesce(sum(l.amount), 0)::DECIMAL(38, 18) as amount,
    coalesce(sum(abs(l.amount)), 0)::DECIMAL(38, 18) as absolute
from lines as l
inner join wanted as w
    on
        l.identity = w.identity
        and l.month = w.month
        and l.source = w.source
        and l.service = w.service
group by w.item, coalesce(l.currency, '')
order by w.item asc, currency asc
