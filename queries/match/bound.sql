-- match/bound: one row per identity and standing ruling that binds it, by its strength: 0 the very identity, then ISRC, GTIN, asset id, text. reads: asked, queue_ids, decisions
-- params: none
create or replace temp table bound as
with
-- An ISRC binds lines of tracks, a GTIN lines of releases; a text only its own level, because a
-- release is never a recording of the same name.
named as (
    select
        a.identity,
        0 as strength,
        a.of_release,
        d.*
    from asked as a
    inner join queue_ids as q on a.identity = q.identity
    inner join decisions as d on q.queue_id = d.value
    where d.bound_to = 'identity'
    union all
    select
        a.identity,
        1 as strength,
        a.of_release,
        d.*
    from asked as a
    inner join decisions as d on a.isrc = d.value
    where d.bound_to = 'isrc' and not a.of_release
    union all
    select
        a.identity,
        2 as strength,
        a.of_release,
        d.*
    from asked as a
    inner join decisions as d on a.gtin = d.value
    where d.bound_to = 'gtin' and a.of_release
    union all
    select
        a.identity,
        3 as strength,
        a.of_release,
        d.*
    from asked as a
    inner join decisions as d on a.dsp_asset_id = d.value and a.source = d.source
    where d.bound_to = 'dsp_asset_id'
    union all
    select
        a.identity,
        4 as strength,
        a.of_release,
        d.*
    from asked as a
    inner join decisions as d on a.text_key = d.value
    where d.bound_to = 'text'
)

select
    n.identity,
    n.strength,
    n.decision_id,
    n.kind,
    n.recording_id,
    n.release_id,
    n.territories,
    n.valid_from,
    n.valid_to,
    n.decided_at,
    coalesce(n.valid_from, n.valid_to) is not null or coalesce(len(n.territories), 0) > 0
        as is_limited
from named as n
where n.level is null or (n.level = 'release') = n.of_release
