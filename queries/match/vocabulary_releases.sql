-- match/vocabulary_releases: one row per release: its title. reads: catalog.releases
-- params: none
select
    rowid::uinteger as release_no,
    title
from catalog.releases
