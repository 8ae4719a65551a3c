-- drift/of_sides: what was told by each side of a conflict, one row per side, month and identity.
-- reads: sides, told, named
-- params: none
select distinct
    s.side_no as item,
    t.source,
    t.service,
    t.month,
    t.identity
from sides as s
inner join named as n
    on
        s.isrc = n.isrc
        and s.title_no = n.title_no
        and s.artist_no is not distinct from n.artist_no
inner join told as t on n.identity = t.identity
