-- match/exact_pairs: one row per identity and recording of its exact normal form. reads: by_text
-- params: none
select distinct
    identity,
    recording_no
from by_text
order by identity, recording_no
