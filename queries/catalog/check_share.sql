-- catalog/check_share: one row per share that is no decimal fraction of at most 18 decimals. reads: staged_splits
-- params: none
select
    'splits' as relation,
    recording_id as key,
    'the share of party ' || party_id || ' in recording ' || recording_id || ' is '
    || coalesce(nullif(bad_share, ''), 'blank') as offender
from staged_splits
where bad_share is not null
