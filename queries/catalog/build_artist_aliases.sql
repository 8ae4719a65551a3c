-- catalog/build_artist_aliases: one row per artist and further spelling, with their keys. reads: keyed_aliases
-- params: none
create table catalog.artist_aliases as
select
    artist,
    alias,
    locale,
    artist_key,
    alias_key
from keyed_aliases
