-- catalog/check_share_beyond_one: one row per recording that shares out more than all of it under some terms.
-- reads: split_terms, split_corners
-- params: none
select
    'splits' as relation,
    t.recording_id as key,
    'recording ' || t.recording_id || ' shares out '
    || rtrim(rtrim(cast(coalesce(c.most, t.total) as varchar), '0'), '.')
    || coalesce(' at ' || nullif(c.most_where, ''), '') as offender
from split_terms as t
left join split_corners as c on t.recording_id = c.recording_id
where coalesce(c.most, t.total) > 1
