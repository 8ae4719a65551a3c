-- catalog/build_parties: one row per payee, with all columns given. reads: staged_parties
-- params: none
create table catalog.parties as
select * from staged_parties
