-- match/any_split: one row: whether the catalog says of any recording how it is shared out. reads: catalog.splits
-- params: none
select exists (from catalog.splits) as there
