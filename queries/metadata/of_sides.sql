-- metadata/of_sides: what was told by each side of a conflict, one row per side, month and identity.
-- reads: members, told, named
-- params: none
select distinct
    m.side_no as item,
    t.source,
    t.service,
    t.month,
    t.identity
from members as m
inner join named as n
    on
        m.isrc = n.isrc
        and m.title_no = n.title_no
        and m.artist_no is not distinct from n.artist_no
inner join told as t on n.identity = t.identity
