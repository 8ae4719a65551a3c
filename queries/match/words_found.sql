-- match/words_found: one row per asked word and text of the catalog that holds it. reads: asked_words, catalog.index_words
-- params: none
select
    w.word_no,
    w.kind,
    w.text_no,
    w.words
from catalog.index_words as w
semi join asked_words as a on w.word_no = a.word_no
