-- ledger/group_ids: the ids of assets and manifests, one row each, in order. reads: groups
-- params: none
-- ledger_id is the SHA-256 of five texts parted by line feeds:
-- kind, manifest, period, fault, asset.
select
    sha256(
        g.kind || chr(10) || g.manifest || chr(10) || g.accounting_period || chr(10)
        || g.fault || chr(10) || coalesce(g.asset, '')
    ) as ledger_id
from groups as g
