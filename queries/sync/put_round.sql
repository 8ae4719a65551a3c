-- sync/put_round: the round of a source that is under way, one row. reads: none
-- params: $source VARCHAR, $number BIGINT, $since VARCHAR, $until VARCHAR, $backfill BOOLEAN
insert or replace into rounds (source, number, since, until, backfill)
values ($source, $number, $since, $until, $backfill)
