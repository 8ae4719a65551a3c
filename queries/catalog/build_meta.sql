-- catalog/build_meta: the one row that says what this version is. reads: every catalog table
-- params: $form INTEGER, $version VARCHAR, $loaded_at TIMESTAMPTZ, $source VARCHAR
create table catalog.meta as
select
    cast($form as integer) as form,
    $version as version,
    cast($loaded_at as timestamptz) as loaded_at,
    $source as source,
    (select count(*) from catalog.offenders) as offenders,
    (select count(*) from catalog.recordings) as recordings,
    (select count(*) from catalog.releases) as releases,
    (select count(*) from catalog.tracks) as tracks,
    (select count(*) from catalog.artist_aliases) as artist_aliases,
    (select count(*) from catalog.parties) as parties,
    (select count(*) from catalog.splits) as splits,
    (select count(*) from catalog.fx_rates) as fx_rates
