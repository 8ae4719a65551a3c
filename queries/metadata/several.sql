-- metadata/several: recordings that were matched under several ISRCs, one row per recording and ISRC.
-- reads: lines, doubled
-- params: $source VARCHAR, $service VARCHAR
-- Both may be null: then of all.
with told as (
    select
        l.recording_id,
        l.isrc,
        l.title,
        l.artist,
        l.service,
        l.accounting_period,
        min(l.month) as first_month,
        max(l.month) as last_month,
        count(*) as lines
    from lines as l
    semi join doubled as d on l.recording_id = d.recording_id
    where
        ($source::VARCHAR is null or l.source = $source::VARCHAR)
        and ($service::VARCHAR is null or l.service = $service::VARCHAR)
    group by l.recording_id, l.isrc, l.title, l.artist, l.service, l.accounting_period
)

select
    t.recording_id,
    t.isrc,
    arg_max(t.title, (t.lines, t.title)) as title,
    arg_max(t.artist, (t.lines, t.artist)) as artist,
    list_sort(list(distinct t.service)) as services,
    list_sort(list(distinct t.accounting_period)) as periods,
    min(t.first_month) as first_month,
    max(t.last_month) as last_month,
    sum(t.lines)::BIGINT as lines
from told as t
group by t.recording_id, t.isrc
