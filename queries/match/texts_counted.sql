-- match/texts_counted: one row per kind of text: how many texts there are of it. reads: catalog.index_words
-- params: none
select
    kind,
    max(text_no)::bigint + 1 as texts
from catalog.index_words
group by kind
