-- match/rejected_pairs: one row per identity and recording or release that a person refused for it. reads: asked, queue_ids, rejected
-- params: none
create or replace temp table rejected_pairs as
select distinct
    a.identity,
    coalesce(r.recording_id, r.release_id) as named
from rejected as r
inner join (select * from asked left join queue_ids using (identity)) as a
    on case r.bound_to
        when 'identity' then a.queue_id = r.value
        when 'isrc' then a.isrc = r.value and not a.of_release
        when 'gtin' then a.gtin = r.value and a.of_release
        when 'dsp_asset_id' then a.dsp_asset_id = r.value and a.source = r.source
        when 'text' then a.text_key = r.value
    end
