-- status/entries: one row per quarantined line, halted asset or held manifest that is in the way,
-- and currency; groups first, then the largest. reads: ledger_state, reasons, manifests, quarantine
-- params: $manifest VARCHAR, $fault VARCHAR, $largest INTEGER
-- Manifest (the beginning of one is enough) and fault may be null. A group is listed while it is
-- open, a quarantined line as long as it stays there; with a fault named, whatever waits for it.
with entries as (
    select
        e.ledger_id,
        e.kind,
        e.fault,
        e.outcome,
        e.manifest,
        e.accounting_period,
        e.asset,
        e.detail,
        e.first_at,
        e.lines as entry_lines,
        list_position(['manifest', 'asset', 'line'], e.kind) as rank
    from ledger_state as e
    where
        e.kind != 'request'
        and (
            (e.is_open and (e.kind != 'line' or $fault::VARCHAR is not null))
            or (e.kind = 'line' and e.ledger_id in (select q.ledger_id from quarantine as q))
        )
        and starts_with(e.manifest, coalesce($manifest::VARCHAR, ''))
        and e.fault = coalesce($fault::VARCHAR, e.fault)
),

stakes as (
    select
        r.ledger_id,
        r.currency,
        count(*) as lines,
        coalesce(sum(r.amount), 0)::DECIMAL(38, 18) as amount,
        count(*) filter (r.amount is null) as unreadable_lines,
        min(r.line) as line
    from reasons as r
    semi join entries as e on r.ledger_id = e.ledger_id
    group by r.ledger_id, r.currency
),

sizes as (
    select
        s.ledger_id,
        max(abs(s.amount)) as size
    from stakes as s
    group by s.ledger_id
),

placed as (
    select
        e.*,
        row_number() over (
            order by e.rank asc, z.size desc nulls last, e.fault asc, e.ledger_id asc
        ) as place,
        count(*) over () as entries_in_all
    from entries as e
    left join sizes as z on e.ledger_id = z.ledger_id
    where z.ledger_id is not null or e.rank < 3
)

select
    p.* exclude (rank),
    m.source,
    m.path,
    s.line,
    coalesce(s.currency, '') as currency,
    coalesce(s.lines, 0) as lines,
    coalesce(s.amount, 0)::DECIMAL(38, 18) as amount,
    coalesce(s.unreadable_lines, 0) as unreadable_lines
from placed as p
left join stakes as s on p.ledger_id = s.ledger_id
left join
    manifests as m
    on p.manifest = m.manifest and p.accounting_period = m.accounting_period
where p.place <= $largest::INTEGER
order by p.place asc, currency asc
