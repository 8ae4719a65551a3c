-- lake/known_manifests: those already in the lake, one row each. reads: manifests, new_manifests
-- params: none
select
    m.manifest,
    m.accounting_period
from manifests as m
inner join new_manifests as n
    on m.manifest = n.manifest and m.accounting_period = n.accounting_period
