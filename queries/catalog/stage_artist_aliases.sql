-- catalog/stage_artist_aliases: one row per artist and further spelling. reads: given_artist_aliases
-- params: none
create or replace table staged_artist_aliases as
select distinct
    artist,
    alias,
    locale
from given_artist_aliases
where artist is not null and alias is not null
