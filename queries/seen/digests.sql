-- seen/digests: the SHA-256 of each text or payload, one row each, in order. reads: told
-- params: none
select unhex(sha256(t.told)) as digest
from told as t
