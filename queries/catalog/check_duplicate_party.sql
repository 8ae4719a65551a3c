-- catalog/check_duplicate_party: one row per party_id that stands more than once. reads: staged_parties
-- params: none
select
    'parties' as relation,
    party_id as key,
    'party_id ' || party_id || ' stands ' || count(*) || ' times' as offender
from staged_parties
where party_id is not null
group by party_id
having count(*) > 1
