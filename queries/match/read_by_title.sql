-- match/read_by_title: one row per recording that has a title, in the order of title, artist and mark. reads: catalog.index_by_title
-- params: none
select
    key,
    mark
from catalog.index_by_title
