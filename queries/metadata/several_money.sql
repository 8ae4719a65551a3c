-- metadata/several_money: lines and money of a recording under an ISRC, one row per item and currency.
-- reads: lines, wanted
-- params: $source VARCHAR, $service VARCHAR
-- Both may be null: then of all.
select
    w.item,
    coalesce(l.currency, '') as currency,
    count(*)::BIGINT as lines,
    coalesce(sum(l.quantity), 0)::DECIMAL(38, 6) as quantity,
    coalesce(sum(l.amount), 0)::DECIMAL(38, 18) as amount,
    coalesce(sum(abs(l.amount)), 0)::DECIMAL(38, 18) as absolute
from lines as l
inner join wanted as w on l.recording_id = w.recording_id and l.isrc = w.isrc
where
    ($source::VARCHAR is null or l.source = $source::VARCHAR)
    and ($service::VARCHAR is null or l.service = $service::VARCHAR)
group by w.item, coalesce(l.currency, '')
order by w.item asc, currency asc
