-- match/any_split: one row where the catalog says of any recording how it is shared out. reads: catalog.splits
-- params: none
select 1 as there
from catalog.splits
limit 1
