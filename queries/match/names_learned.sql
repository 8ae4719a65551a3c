-- match/names_learned: one row per artist or spelling that a decision taught. reads: learned_aliases
-- params: none
select distinct unnest([artist_key, alias_key]) as "key"
from learned_aliases
