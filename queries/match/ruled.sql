-- match/ruled: one row per identity that a person's word concerns. reads: bound, rejected_pairs
-- params: none
select identity
from bound
union
select identity
from rejected_pairs
