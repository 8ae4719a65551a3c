-- lake/built: what the views were made from, one row. reads: built
-- params: none
select
    commit_id,
    home,
    layout
from built
