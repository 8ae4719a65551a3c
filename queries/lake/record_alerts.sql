-- lake/record_alerts: alerts of a commit, one row each. reads: new_alerts
-- params: $run_id VARCHAR, $moment TIMESTAMP
-- An alert's id is a hash of all that it says and of its run.
insert into alerts by name
select
    a.severity,
    a.manifest,
    a.accounting_period,
    a.asset,
    a.fault,
    a.lines,
    a.currency,
    a.amount,
    a.detail,
    $run_id as run,
    $moment as at,
    sha256(a::VARCHAR || $run_id) as alert_id
from new_alerts as a
