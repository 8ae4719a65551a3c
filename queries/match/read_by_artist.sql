-- match/read_by_artist: one row per recording that has an artist, in the order of artist, title and mark. reads: catalog.index_by_artist
-- params: none
select
    key,
    mark
from catalog.index_by_artist
