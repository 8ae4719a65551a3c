-- review/queue_ids: the queue id of identities, one row each, in order. reads: identities
-- params: none
-- The first 12 hexadecimal digits of the SHA-256 over source and identity columns as reported,
-- parted by unit separators, so that an id means the same in every home.
select
    i.identity,
    sha256(
        concat_ws(
            chr(31),
            i.source,
            coalesce(i.isrc, ''),
            coalesce(i.gtin, ''),
            coalesce(i.dsp_asset_id, ''),
            coalesce(i.catalog_number, ''),
            coalesce(i.title, ''),
            coalesce(i.version, ''),
            coalesce(i.artist, ''),
            coalesce(i.label, ''),
            coalesce(i.release_title, ''),
            coalesce(i.release_date::VARCHAR, ''),
            coalesce(i.duration_s::VARCHAR, ''),
            coalesce(i.sale_level, '')
        )
    )[:12] as queue_id
from identities as i
order by i.identity
