-- inbox/known: one row per version of a file that came from a source, as it last went.
-- reads: arrivals
-- params: $source VARCHAR
select
    a.place,
    a.name,
    a.bytes,
    a.modified_ns,
    a.manifest,
    a.path,
    a.state,
    a.detail
from arrivals as a
where a.source = $source
qualify
    row_number() over (
        partition by a.place, a.name, a.bytes, a.modified_ns
        order by a.at desc, a.run desc
    ) = 1
order by a.place, a.name, a.bytes, a.modified_ns
