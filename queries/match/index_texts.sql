-- match/index_texts: the match index of texts, one row per normal form and recording that bears it, as in match_text. reads: catalog.match_text, catalog.index_recordings
-- params: none
create table catalog.index_texts as
select
    r.recording_no,
    md5_number(t.text_key) as text_hash
from catalog.match_text as t
inner join catalog.index_recordings as r on t.recording_id = r.recording_id
