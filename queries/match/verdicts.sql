-- match/verdicts: one row per identity with candidates: what its first step with any says, and whether that settles it. reads: open, decided, found_recordings, found_releases, by_isrc, by_title, by_text, by_release, rejected_pairs
-- params: $contradiction_blocks BOOLEAN
create or replace temp table verdicts as
with
-- Steps as in vocab.Method: 1 decision, 2 isrc, 3 gtin, 4 gtin_title, 5 exact_text.
found as (
    select
        o.identity,
        2 as step,
        r.recording_no,
        null as release_no,
        false as elsewhere
    from open as o
    inner join found_recordings as r on o.isrc_hash = r.isrc_hash
    where not o.of_release
    union all
    select
        identity,
        3 as step,
        null as recording_no,
        release_no,
        contradicted as elsewhere
    from by_release
    union all
    select
        identity,
        4 as step,
        recording_no,
        null as release_no,
        false as elsewhere
    from by_title
    union all
    select
        identity,
        5 as step,
        recording_no,
        null as release_no,
        false as elsewhere
    from by_text
),

weighed as (
    select
        f.identity,
        f.step,
        f.recording_no,
        f.release_no,
        o.of_several,
        coalesce(r.recording_id, l.release_id) as named,
        coalesce(r.terms_hash, l.terms_hash) as terms_hash,
        exists (
            from rejected_pairs as j
            where j.identity = f.identity and j.named = coalesce(r.recording_id, l.release_id)
        ) as rejected,
        $contradiction_blocks
        and (f.elsewhere or (f.step > 3 and coalesce(r.isrc_hash <> o.isrc_hash, false)))
            as contradicted,
        case
            when x.recording_no is not null then 3
            when r.title_hash = o.title_hash and r.version_hash = o.version_hash then 2
            -- The report names no version; one that names another means another recording.
            when r.title_hash = o.title_hash and o.version_hash = 0 then 1
            else 0
        end as likeness
    from found as f
    inner join open as o on f.identity = o.identity
    left join found_recordings as r on f.recording_no = r.recording_no
    left join found_releases as l on f.release_no = l.release_no
    left join by_text as x on f.identity = x.identity and f.recording_no = x.recording_no
),

finalists as (
    select *
    from weighed
    where (step <> 4 or likeness > 0) and not rejected
    qualify
        rank() over (partition by identity order by step asc, contradicted asc, likeness desc) = 1
)

select
    identity,
    any_value(step) as step,
    bool_or(contradicted) as contradicted,
    arg_min(recording_no, named) as recording_no,
    arg_min(release_no, named) as release_no,
    list(distinct named order by named)[:5] as candidates,
    not bool_or(contradicted or of_several) and (
        min(named) = max(named)
        or (count(*) = count(terms_hash) and min(terms_hash) = max(terms_hash))
    ) as settled,
    null::varchar as fault
from finalists
group by identity
union all
select
    identity,
    2 as step,
    false as contradicted,
    recording_no,
    null as release_no,
    [] as candidates,
    true as settled,
    null as fault
from by_isrc
union all
-- A decision for what is no longer in the catalog asks to be made again.
select
    d.identity,
    1 as step,
    false as contradicted,
    min(r.recording_no) as recording_no,
    min(l.release_no) as release_no,
    [coalesce(any_value(d.recording_id), any_value(d.release_id))] as candidates,
    case
        when any_value(d.recording_id) is null then count(l.release_no) > 0
        else count(r.recording_no) > 0
    end as settled,
    null as fault
from decided as d
left join found_recordings as r on d.recording_id = r.recording_id
left join found_releases as l on d.release_id = l.release_id
group by d.identity
