-- sync/last_seq: the last place in a source's journal, one row. reads: attempts
-- params: $source VARCHAR
select coalesce(max(a.seq), 0) as seq
from attempts as a
where a.source = $source
