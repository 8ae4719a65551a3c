-- audit/strangers: offenders, one row per table, delivery and problem: of no listed manifest, of another quarter, or of no known status. reads: deliveries, figures
-- params: $form VARCHAR, $periods VARCHAR[]
select
    f.tbl,
    f.manifest,
    f.accounting_period,
    sum(f.lines)::BIGINT as lines,
    'rows of a manifest that is not listed' as problem
from figures as f
anti join deliveries using (form, manifest, accounting_period)
where f.form = $form
group by all
union all
select
    'manifests' as tbl,
    manifest,
    accounting_period,
    count(*) as lines,
    'rows of an accounting period outside the quarter' as problem
from deliveries
where
    form = $form and len($periods) > 0
    and accounting_period not in (select unnest($periods))
group by all
union all
select
    tbl,
    manifest,
    accounting_period,
    sum(lines)::BIGINT as lines,
    'rows of no known status' as problem
from figures
where
    form = $form and tbl = 'staged'
    and coalesce(status, '') not in ('unmatched', 'held', 'excluded')
group by all
order by all
