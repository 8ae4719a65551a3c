-- audit/lines_off: offenders, one row per delivery whose lines are not as many as its manifest holds. reads: deliveries, figures
-- params: $form VARCHAR
with counted as (
    select
        manifest,
        accounting_period,
        sum(lines) as lines
    from figures
    where form = $form and tbl in ('sales', 'staged', 'quarantine')
    group by manifest, accounting_period
)

select
    d.manifest,
    d.accounting_period,
    d.lines as stated,
    coalesce(c.lines, 0)::BIGINT as found
from deliveries as d
left join counted as c using (manifest, accounting_period)
where d.form = $form and d.lines is distinct from coalesce(c.lines, 0)
order by d.manifest, d.accounting_period
