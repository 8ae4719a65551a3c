-- audit/retry_ledger: events, one row each, in order of manifest and time; clocks with their zone. reads: retry_ledger, manifests
-- params: $periods VARCHAR[]
-- Of what was taken in: a report whose signature was another is none of the quarter's.
select
    * replace (
        timezone('UTC', "at") as "at",
        timezone('UTC', next_attempt_at) as next_attempt_at
    )
from retry_ledger
semi join manifests using (manifest, accounting_period)
where accounting_period in (select unnest($periods))
order by
    manifest, accounting_period, "at", ledger_id, attempt, outcome, fault, run, currency, amount,
    lines, detail
