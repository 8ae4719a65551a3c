-- sync/drop_round: the round of a source that is over. reads: rounds
-- params: $source VARCHAR
delete from rounds
where source = $source
