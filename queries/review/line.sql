-- review/line: a line of a report wherever it stands, one row per accounting period. reads: sales, staged, quarantine
-- params: $manifest VARCHAR, $line BIGINT
with found as (
    select
        s.*,
        'matched' as status
    from sales as s
    where s.manifest = $manifest and s.line = $line
    union all by name
    select s.* exclude (raw)
    from staged as s
    where s.manifest = $manifest and s.line = $line
    union all by name
    select
        q.* exclude (raw),
        'quarantined' as status
    from quarantine as q
    where q.manifest = $manifest and q.line = $line
)

select *
from found
order by accounting_period, "offset"
