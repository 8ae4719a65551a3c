-- audit/table_sums: what each table of lines holds, one row per form, table and currency; money in that currency. reads: figures
-- params: none
select
    form,
    tbl,
    currency,
    sum(lines)::BIGINT as lines,
    sum(amount)::DECIMAL(38, 18) as amount,
    sum(unreadable_lines)::BIGINT as unreadable_lines
from figures
where tbl in ('sales', 'staged', 'quarantine')
group by form, tbl, currency
order by form, tbl, currency
