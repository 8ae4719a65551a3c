-- match/read_by_release: one row per title of a release and recording on one, in the order of both. reads: catalog.index_by_release
-- params: none
select key
from catalog.index_by_release
