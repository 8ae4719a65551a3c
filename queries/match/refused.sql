-- match/refused: one row per identity and recording or release that a person refused for it. reads: rejected_pairs
-- params: none
select
    identity,
    named as recording_id
from rejected_pairs
