-- match/word_counts: one row per asked word, kind of text and version that holds it: how many texts do. reads: asked_words, catalog.index_vocabulary, catalog.index_words, former.index_vocabulary, former.index_words
-- params: none
select
    a.word,
    w.kind,
    'now' as version,
    count(*) as texts
from asked_words as a
inner join catalog.index_vocabulary as v on a.word = v.word
inner join catalog.index_words as w on v.word_no = w.word_no
group by a.word, w.kind
union all
select
    a.word,
    w.kind,
    'then' as version,
    count(*) as texts
from asked_words as a
inner join former.index_vocabulary as v on a.word = v.word
inner join former.index_words as w on v.word_no = w.word_no
group by a.word, w.kind
