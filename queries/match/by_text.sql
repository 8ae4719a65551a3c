-- match/by_text: step 4, one row per identity and recording of its exact normal form. reads: open, catalog.index_texts
-- params: none
create or replace temp table by_text as
select
    o.identity,
    x.recording_no
from catalog.index_texts as x
inner join open as o on x.text_hash = o.text_hash
where not o.of_release
