-- catalog/build_match_text: one row per recording and spelling of its artist. reads: spelled_recordings
-- params: none
create table catalog.match_text as
select
    text_key,
    recording_id
from spelled_recordings
