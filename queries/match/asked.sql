-- match/asked: one row per identity, its ISRC and GTIN as numbers. reads: identities
-- params: none
create or replace temp table asked as
select
    *,
    coalesce(isrc_many, false) as several_isrcs,
    coalesce(sale_level = 'release', false) as of_release,
    md5_number(isrc) as isrc_hash,
    try_cast(gtin as ubigint) as gtin_no
from identities
