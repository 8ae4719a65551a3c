-- audit/rows: how many rows, one row per form and table that holds any. reads: figures
-- params: none
select
    form,
    tbl,
    sum(lines)::BIGINT as "rows"
from figures
group by form, tbl
order by form, tbl
