-- match/splits_complete: one row per pair of a matched identity and a line's terms: whether shares sum to exactly 1. reads: terms, completed_splits, catalog.index_recordings, catalog.index_releases, catalog.index_tracks, catalog.index_splits
-- params: none
with
-- Where a person completed the splits of a recording, its rows stand with the person's in one table.
completed as (
    select distinct recording_id from completed_splits
),

shares as (
    select s.*
    from catalog.index_splits as s
    anti join completed as c on s.recording_id = c.recording_id
    union all
    select *
    from completed_splits
),

-- A line of a release is complete where each recording on it is.
payable as (
    select
        pair,
        recording_id,
        'conditional' as splits
    from terms
    where recording_id is not null
    union all
    select
        t.pair,
        r.recording_id,
        case when c.recording_id is null then r.splits else 'conditional' end as splits
    from terms as t
    inner join catalog.index_releases as l on t.release_id = l.release_id
    inner join catalog.index_tracks as k on l.release_no = k.release_no
    inner join catalog.index_recordings as r on k.recording_no = r.recording_no
    left join completed as c on r.recording_id = c.recording_id
    where t.recording_id is null
),

-- A condition on what a line does not say, or says only for a group of territories, is not met;
-- with all that a load lets pass, shares under it are then missing from the sum.
summed as (
    select
        p.pair,
        p.recording_id,
        sum(s.share) = 1 as complete
    from payable as p
    inner join terms as t on p.pair = t.pair
    inner join shares as s
        on
            p.recording_id = s.recording_id
            and (s.territory is null or s.territory = t.territory)
            and (s.usage is null or s.usage = t.usage)
            and (s.service is null or s.service = t.service)
            and (s.release_id is null or s.release_id = t.release_id)
            and (s.valid_from is null or s.valid_from <= t.date)
            and (s.valid_to is null or s.valid_to >= t.date)
    where p.splits = 'conditional'
    group by p.pair, p.recording_id
),

judged as (
    select
        p.pair,
        bool_and(p.splits = 'complete' or coalesce(s.complete, false)) as complete
    from payable as p
    left join summed as s on p.pair = s.pair and p.recording_id = s.recording_id
    group by p.pair
)

select
    t.pair,
    coalesce(j.complete, false) as complete
from terms as t
left join judged as j on t.pair = j.pair
order by t.pair
