-- catalog/sheet_rows: one row per row of a sheet that is not blank, with the keys made for it. reads: sheet
-- params: none
create or replace table sheet_rows as
select
    *,
    coalesce(
        recording_id,
        regexp_replace(upper(regexp_replace(isrc, '[\s-]', '', 'g')), '^ISRC(.{12})$', '\1'),
        'text-' || md5(lower(concat_ws(chr(31), title, coalesce(version, ''), artist)))[:16]
    ) as made_recording_id,
    regexp_replace(gtin, '[\s-]', '', 'g') as made_release_id,
    concat_ws('/', regexp_replace(gtin, '[\s-]', '', 'g'), disc, number) as place
from sheet
where coalesce(recording_id, isrc, title, artist) is not null
