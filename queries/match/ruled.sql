-- match/ruled: one row per identity that a person's word concerns. reads: decided, rejected_pairs
-- params: none
select identity
from decided
union
select identity
from rejected_pairs
