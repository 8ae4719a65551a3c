-- match/texts_counted_before: one row per kind of text: how many texts there were of it. reads: former.index_kinds
-- params: none
select
    kind,
    texts
from former.index_kinds
