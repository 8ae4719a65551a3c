-- match/resolved: one row per identity, in their order: what it was matched to and how, or why not. reads: asked, verdicts, places, found_recordings, catalog.index_releases
-- params: $methods VARCHAR[], $unmatched VARCHAR, $ambiguous VARCHAR, $contradicted VARCHAR
select
    a.identity,
    case when v.settled then r.recording_id end as recording_id,
    case when v.settled then l.release_id end as release_id,
    case when v.settled then ($methods)[v.step] end as method,
    case
        when v.settled then null
        when v.fault is not null then v.fault
        when v.contradicted then $contradicted
        when v.step > 1 or (v.step is null and a.several_isrcs and not a.of_release)
            then $ambiguous
        else $unmatched
    end as fault,
    case when v.settled or v.step is null then [] else v.candidates end as candidates,
    case when v.settled then coalesce(r.splits, l.splits) end as splits,
    case when v.settled then coalesce(r.by_territory, l.by_territory) end as by_territory,
    case when v.settled then coalesce(r.by_usage, l.by_usage) end as by_usage,
    case when v.settled then coalesce(r.by_service, l.by_service) end as by_service,
    case when v.settled then coalesce(r.by_release, l.by_release) end as by_release,
    case when v.settled then coalesce(r.by_date, l.by_date) end as by_date
from asked as a
left join verdicts as v on a.identity = v.identity
left join places as p on a.identity = p.identity
left join found_recordings as r on v.recording_no = r.recording_no
left join catalog.index_releases as l on coalesce(v.release_no, p.release_no) = l.release_no
order by a.identity
