-- metadata/catalogue: how many ISRCs a source tells of a service in a month, one row each.
-- reads: told, named
-- params: none
select
    t.source,
    t.service,
    t.month,
    count(distinct n.isrc)::BIGINT as isrcs
from told as t
inner join named as n on t.identity = n.identity
group by t.source, t.service, t.month
