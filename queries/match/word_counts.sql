-- match/word_counts: one row per asked word, kind of text and version that holds it: how many texts do. reads: asked_words, catalog.index_vocabulary, former.index_vocabulary
-- params: none
select
    v.word,
    v.kind,
    'now' as version,
    v.texts
from catalog.index_vocabulary as v
semi join asked_words as a on v.word = a.word
union all
select
    v.word,
    v.kind,
    'then' as version,
    v.texts
from former.index_vocabulary as v
semi join asked_words as a on v.word = a.word
