-- catalog/sheet_releases: one row per GTIN; its artist where all its recordings have the same. reads: sheet_rows
-- params: none
create or replace view given_releases as
select
    made_release_id as release_id,
    min(gtin) as gtin,
    min(release_title) as title,
    case when count(distinct artist) = 1 then min(artist) end as artist,
    min(release_date) as release_date,
    min(label) as label
from sheet_rows
where made_release_id is not null
group by made_release_id
