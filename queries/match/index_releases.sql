-- match/index_releases: the match index of releases, one row per release. reads: catalog.releases
-- params: none
create table catalog.index_releases as
select
    release_id,
    splits,
    by_territory,
    by_usage,
    by_service,
    by_release,
    by_date,
    rowid::uinteger as release_no,
    try_cast(gtin as ubigint) as gtin_no,
    -- Unknown terms, or a part without an owner, are nobody's equal; nor are terms by release.
    case
        when splits in ('complete', 'conditional') and not by_release
            then (md5_number(splits_digest) >> 64)::ubigint
    end as terms_hash
from catalog.releases
