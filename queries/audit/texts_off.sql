-- audit/texts_off: offenders, one row per delivery whose rows of one table are others in CSV than in parquet. reads: figures
-- params: $tbl VARCHAR
with summed as (
    select
        form,
        manifest,
        accounting_period,
        sum(lines)::BIGINT as lines,
        sum(fingerprint) as fingerprint
    from figures
    where tbl = $tbl
    group by form, manifest, accounting_period
),

in_csv as (select * exclude (form) from summed where form = 'csv'),

in_parquet as (select * exclude (form) from summed where form = 'parquet')

select
    manifest,
    accounting_period,
    coalesce(p.lines, 0) as in_parquet,
    coalesce(c.lines, 0) as in_csv
from in_parquet as p
full join in_csv as c using (manifest, accounting_period)
where p.fingerprint is distinct from c.fingerprint or p.lines is distinct from c.lines
order by manifest, accounting_period
