-- status/lines_held: one row per line that is neither paid nor excluded. reads: staged, quarantine
-- params: none
-- at_stake: whether it needs anyone's attention: it carries money, or none of it could be read.
with lines as (
    select
        s.ledger_id,
        s.manifest,
        s.accounting_period,
        s.line,
        s.status,
        s.asset,
        s.faults,
        s.isrc,
        s.gtin,
        s.title,
        s.version,
        s.artist,
        s.currency,
        s.amount
    from staged as s
    where s.status != 'excluded'
    union all
    select
        q.ledger_id,
        q.manifest,
        q.accounting_period,
        q.line,
        'quarantined' as status,
        q.asset,
        q.faults,
        q.isrc,
        q.gtin,
        q.title,
        q.version,
        q.artist,
        q.currency,
        q.amount
    from quarantine as q
)

select
    l.* replace (coalesce(l.currency, '') as currency),
    coalesce(
        l.amount != 0,
        l.status = 'quarantined'
        or list_has_any(l.faults, ['AMOUNT_UNREADABLE', 'SCHEMA_DRIFT'])
    ) as at_stake
from lines as l
