-- lake/record_notices: rows of a commit, one each; one settled before stays. reads: new_notices
-- params: $run_id VARCHAR, $moment TIMESTAMP
insert or ignore into notices by name
select
    n.* replace (
        n.sent_at::TIMESTAMP as sent_at,
        n.received_at::TIMESTAMP as received_at
    ),
    $run_id as run,
    $moment as "at"
from new_notices as n
