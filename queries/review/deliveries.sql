-- review/deliveries: where one identity waits with money, one row per delivery and currency, latest first. reads: staged, manifests, asked
-- params: none
select
    s.manifest,
    s.accounting_period,
    any_value(m.path) as path,
    coalesce(s.currency, '') as currency,
    count(*) as lines,
    sum(s.amount)::DECIMAL(38, 18) as amount
from staged as s
inner join asked as a
    on
        s.source = a.source
        and s.isrc is not distinct from a.isrc
        and s.gtin is not distinct from a.gtin
        and s.dsp_asset_id is not distinct from a.dsp_asset_id
        and s.catalog_number is not distinct from a.catalog_number
        and s.title is not distinct from a.title
        and s.version is not distinct from a.version
        and s.artist is not distinct from a.artist
        and s.label is not distinct from a.label
        and s.release_title is not distinct from a.release_title
        and s.release_date is not distinct from a.release_date
        and s.duration_s is not distinct from a.duration_s
        and s.sale_level is not distinct from a.sale_level
left join
    manifests as m
    on s.manifest = m.manifest and s.accounting_period = m.accounting_period
where s.status = 'unmatched' and s.amount != 0
group by s.manifest, s.accounting_period, coalesce(s.currency, ''), m.at
order by m.at desc, s.manifest asc, s.accounting_period asc, currency asc
