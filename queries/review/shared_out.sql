-- review/shared_out: the least and most that is shared out of one recording under any terms, one row. reads: split_terms, split_corners
-- params: none
select
    coalesce(c.least, t.total)::DECIMAL(38, 18) as least,
    coalesce(c.most, t.total)::DECIMAL(38, 18) as most
from split_terms as t
left join split_corners as c on t.recording_id = c.recording_id
