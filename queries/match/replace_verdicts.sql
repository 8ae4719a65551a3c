-- match/replace_verdicts: takes out the verdicts that step 5 gives anew. reads: fuzzy_verdicts
-- params: none
delete from verdicts
where identity in (select identity from fuzzy_verdicts)
