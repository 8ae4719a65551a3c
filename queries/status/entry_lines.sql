-- status/entry_lines: the lines that a halted asset or held manifest stands for, one row each,
-- largest first. reads: ledger_state, lines_held
-- params: $ledger_id VARCHAR, $largest INTEGER
select
    h.ledger_id,
    h.line,
    h.status,
    h.faults,
    h.title,
    h.artist,
    h.currency,
    h.amount,
    count(*) over () as lines_in_all
from ledger_state as e
inner join
    lines_held as h
    on
        e.manifest = h.manifest
        and e.accounting_period = h.accounting_period
        and (e.asset is null or e.asset = h.asset)
        and list_contains(h.faults, e.fault)
where e.ledger_id = $ledger_id and e.kind != 'line'
order by abs(h.amount) desc nulls last, h.line asc
limit $largest::INTEGER
