-- ledger/line_ids: the ids of lines, one row per line, in order. reads: lines
-- params: none
-- ledger_id is the SHA-256 of five texts parted by line feeds: 'line', manifest, period, offset and
-- the SHA-256 of the payload, so that an auditor without the payload can still compute it.
with hashed as (
    select
        l.manifest,
        l.accounting_period,
        l.offset as place,
        sha256(l.raw) as payload_sha256
    from lines as l
)

select
    h.payload_sha256,
    sha256(
        'line' || chr(10) || h.manifest || chr(10) || h.accounting_period || chr(10)
        || h.place || chr(10) || h.payload_sha256
    ) as ledger_id
from hashed as h
