-- match/decided: step 1, one row per identity that a standing decision binds: the newest on its strongest identifier. reads: asked, decisions
-- params: none
create or replace temp table decided as
with
-- An ISRC binds lines of tracks, a GTIN lines of releases; a text only what it names, because
-- a release is never a recording of the same name.
bound as (
    select
        a.identity,
        1 as strength,
        d.*
    from asked as a
    inner join decisions as d on a.isrc = d.value
    where d.bound_to = 'isrc' and not a.of_release
    union all
    select
        a.identity,
        2 as strength,
        d.*
    from asked as a
    inner join decisions as d on a.gtin = d.value
    where d.bound_to = 'gtin' and a.of_release
    union all
    select
        a.identity,
        3 as strength,
        d.*
    from asked as a
    inner join decisions as d on a.dsp_asset_id = d.value and a.source = d.source
    where d.bound_to = 'dsp_asset_id'
    union all
    select
        a.identity,
        4 as strength,
        d.*
    from asked as a
    inner join decisions as d on a.text_key = d.value
    where d.bound_to = 'text' and a.of_release = (d.recording_id is null)
)

select
    identity,
    recording_id,
    release_id
from bound
where coalesce(recording_id, release_id) is not null
qualify
    row_number()
        over (partition by identity order by strength asc, decided_at desc, decision_id desc)
    = 1
