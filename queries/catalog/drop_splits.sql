-- catalog/drop_splits: takes out the rows of recordings with a split that offends: the rest may add up, and pay the wrong. reads: staged_splits, offenders
-- params: none
delete from staged_splits
where coalesce(recording_id, '') in (
    select coalesce(key, '') from offenders where relation = 'splits'
)
