-- match/changed_keys: one row per key by which a decision may have found, or may find, what has changed between two versions. reads: changed_recordings, touched_releases, catalog.recordings, catalog.releases, catalog.match_text, catalog.artist_aliases, former.recordings, former.releases, former.match_text, former.artist_aliases
-- params: none
with recordings as (
    select
        recording_id,
        isrc,
        title_key,
        artist_key
    from catalog.recordings
    semi join changed_recordings using (recording_id)
    union
    select
        recording_id,
        isrc,
        title_key,
        artist_key
    from former.recordings
    semi join changed_recordings using (recording_id)
),

releases as (
    select
        release_id,
        gtin,
        title
    from catalog.releases
    semi join touched_releases using (release_id)
    union
    select
        release_id,
        gtin,
        title
    from former.releases
    semi join touched_releases using (release_id)
),

aliases as (
    (
        select
            artist_key,
            alias_key
        from catalog.artist_aliases
        except
        select
            artist_key,
            alias_key
        from former.artist_aliases
    )
    union all
    (
        select
            artist_key,
            alias_key
        from former.artist_aliases
        except
        select
            artist_key,
            alias_key
        from catalog.artist_aliases
    )
),

keys as (
    select
        'isrc' as kind,
        isrc as "key"
    from recordings
    union all
    select
        'title',
        title_key
    from recordings
    union all
    select
        'artist',
        artist_key
    from recordings
    union all
    select
        'gtin',
        try_cast(gtin as ubigint)::varchar
    from releases
    union all
    select
        'release_title',
        title
    from releases
    union all
    select
        'text',
        text_key
    from catalog.match_text
    semi join changed_recordings using (recording_id)
    union all
    select
        'text',
        text_key
    from former.match_text
    semi join changed_recordings using (recording_id)
    union all
    select
        'alias',
        unnest([artist_key, alias_key])
    from aliases
)

select distinct
    kind,
    "key"
from keys
where "key" is not null
order by kind, "key"
