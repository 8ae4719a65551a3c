-- catalog/drop_parties: takes out the rows that offend. reads: staged_parties, offenders
-- params: none
delete from staged_parties
where coalesce(party_id, '') in (
    select coalesce(key, '') from offenders where relation = 'parties'
)
