-- match/read_words: one row per text of each word, run after run as the vocabulary says. reads: catalog.index_words
-- params: none
select text
from catalog.index_words
