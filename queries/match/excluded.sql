-- match/excluded: one row per identity that its standing decision excludes. reads: ruling
-- params: none
select identity
from ruling
where kind = 'exclude'
order by identity
