-- match/releases_reported: one row per release that a reported GTIN or a decision names. reads: asked, decided, catalog.index_releases
-- params: none
create or replace temp table found_releases as
select l.*
from catalog.index_releases as l
semi join asked as a on l.gtin_no = a.gtin_no
union all
select l.*
from catalog.index_releases as l
semi join decided as d on l.release_id = d.release_id
anti join asked as a on l.gtin_no = a.gtin_no
