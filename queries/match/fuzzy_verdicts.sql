-- match/fuzzy_verdicts: adds one verdict per identity that was compared. reads: fuzzy_verdicts
-- params: none
insert into verdicts by name
select
    identity,
    step,
    contradicted,
    recording_no,
    candidates,
    settled,
    fault
from fuzzy_verdicts
