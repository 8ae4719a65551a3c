-- match/create_learned_aliases: spellings of artists that decisions taught, empty where a session has none. reads: nothing
-- params: none
create temp table if not exists learned_aliases (
    artist_key varchar,
    alias_key varchar,
    origin varchar
)
