-- match/asked_words: one row per asked word that the catalog holds, with its number. reads: asked_words, catalog.index_vocabulary
-- params: none
select
    v.word,
    v.word_no
from catalog.index_vocabulary as v
semi join asked_words as a on v.word = a.word
