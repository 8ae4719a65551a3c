-- match/spellings: one row per asked artist and other spelling of the same artist, with where that is known from. reads: asked_artists, catalog.artist_aliases, learned_aliases
-- params: none
with pairs as (
    select
        artist_key,
        alias_key,
        'catalog' as origin
    from catalog.artist_aliases
    union all
    select
        artist_key,
        alias_key,
        origin
    from learned_aliases
),

both_ways as (
    select
        alias_key as artist_key,
        artist_key as spelling,
        origin
    from pairs
    union all
    select
        artist_key,
        alias_key as spelling,
        origin
    from pairs
)

select
    b.artist_key,
    b.spelling,
    min(b.origin) as origin
from both_ways as b
semi join asked_artists as a on b.artist_key = a.artist_key
where b.spelling <> b.artist_key
group by b.artist_key, b.spelling
order by b.artist_key, b.spelling
