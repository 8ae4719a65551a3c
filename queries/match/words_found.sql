-- match/words_found: one row per asked word and kind of text that holds it: where its texts begin in the index, and how many they are. reads: asked_words, catalog.index_vocabulary
-- params: none
select
    v.word,
    v.kind,
    v.start,
    v.texts
from catalog.index_vocabulary as v
semi join asked_words as a on v.word = a.word
