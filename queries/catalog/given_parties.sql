-- catalog/given_parties: one row per payee that a split names, where no parties are given. reads: given_splits
-- params: none
create or replace view given_parties as
select distinct
    party_id,
    party_id as name,
    cast(null as varchar) as country
from given_splits
where party_id is not null
