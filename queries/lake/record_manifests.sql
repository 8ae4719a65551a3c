-- lake/record_manifests: deliveries that a commit adds, one row each. reads: new_manifests
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert into manifests by name
select
    m.manifest,
    m.accounting_period,
    m.source,
    m.title,
    m.path,
    m.bytes,
    m.lines,
    m.resynchronised,
    m.control,
    m.by_method,
    m.by_fault,
    $run_id as run,
    $moment as at
from new_manifests as m
