-- match/open: one row per identity that neither a decision nor its ISRC alone settles. reads: asked, decided, by_isrc
-- params: none
create or replace temp table open as
select
    a.identity,
    a.of_release,
    a.several_isrcs and not a.of_release as of_several,
    a.isrc_hash,
    a.gtin_no,
    md5_number(a.text_key) as text_hash,
    md5_number_lower(a.title_key) as title_hash,
    case when a.version_key <> '' then md5_number_lower(a.version_key) else 0 end as version_hash
from asked as a
anti join decided as d on a.identity = d.identity
anti join by_isrc as i on a.identity = i.identity
