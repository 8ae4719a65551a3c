-- match/texts_counted: one row per kind of text: how many texts there are of it. reads: catalog.index_kinds
-- params: none
select
    kind,
    texts
from catalog.index_kinds
