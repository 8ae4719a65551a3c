-- match/vocabulary_recordings: one row per recording: the texts by which its words are indexed. reads: catalog.recordings
-- params: none
select
    rowid::uinteger as recording_no,
    recording_id,
    title_key,
    artist_key,
    version_key,
    duration_s
from catalog.recordings
