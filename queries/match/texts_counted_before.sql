-- match/texts_counted_before: one row per kind of text: how many texts there were of it. reads: former.index_words
-- params: none
select
    kind,
    max(text_no)::bigint + 1 as texts
from former.index_words
group by kind
