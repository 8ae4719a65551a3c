-- review/rejected: one row per identifier and recording or release that a person turned down for it. reads: turned_down, catalog.recordings
-- params: none
-- A candidate that is no recording of the catalog is one of its releases.
create or replace temp table rejected as
select
    t.bound_to,
    t.source,
    t.value,
    r.recording_id,
    case when r.recording_id is null then t.candidate end as release_id
from turned_down as t
left join catalog.recordings as r on t.candidate = r.recording_id
where t.candidate is not null
