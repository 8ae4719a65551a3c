-- catalog/stage_parties: one row per given party. reads: given_parties
-- params: none
create or replace table staged_parties as
select * from given_parties
