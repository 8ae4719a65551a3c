-- review/waiting: identities that wait with money, one row each, by number. reads: staged, manifests
-- params: none
-- money: by currency, with lines, their sum, and the sum of their absolute amounts, which decides
-- the order: what a return takes back is as much at stake as what a sale gives.
with lines as (
    select
        s.*,
        m.at as taken_at
    from staged as s
    left join manifests as m
        on s.manifest = m.manifest and s.accounting_period = m.accounting_period
    where s.status = 'unmatched' and s.amount != 0
),

by_currency as (
    select
        l.source,
        l.isrc,
        l.gtin,
        l.dsp_asset_id,
        l.catalog_number,
        l.title,
        l.version,
        l.artist,
        l.label,
        l.release_title,
        l.release_date,
        l.duration_s,
        l.sale_level,
        coalesce(l.currency, '') as currency,
        count(*) as lines,
        sum(l.amount)::DECIMAL(38, 18) as amount,
        sum(abs(l.amount))::DECIMAL(38, 18) as absolute,
        min(l.taken_at) as oldest_at,
        max(l.taken_at) as latest_at,
        list(distinct l.manifest) as manifests,
        arg_max(l.candidates, (l.taken_at, l.manifest, l.line)) as candidates,
        arg_max(l.faults, (l.taken_at, l.manifest, l.line)) as faults
    from lines as l
    group by all
)

select
    (row_number() over (order by any_value(b.source), min(b.oldest_at), hash(
        b.source, b.isrc, b.gtin, b.dsp_asset_id, b.catalog_number, b.title, b.version,
        b.artist, b.label, b.release_title, b.release_date, b.duration_s, b.sale_level
    )) - 1)::UINTEGER as identity,
    b.source,
    b.isrc,
    b.gtin,
    b.dsp_asset_id,
    b.catalog_number,
    b.title,
    b.version,
    b.artist,
    b.label,
    b.release_title,
    b.release_date,
    b.duration_s,
    b.sale_level,
    sum(b.lines)::BIGINT as lines,
    list(
        struct_pack(
            currency := b.currency, lines := b.lines, amount := b.amount, absolute := b.absolute
        )
        order by b.currency
    ) as money,
    min(b.oldest_at) as oldest_at,
    list_sort(list_distinct(flatten(list(b.manifests)))) as manifests,
    arg_max(b.candidates, (b.latest_at, b.currency)) as candidates,
    arg_max(b.faults, (b.latest_at, b.currency)) as faults
from by_currency as b
group by
    b.source, b.isrc, b.gtin, b.dsp_asset_id, b.catalog_number, b.title, b.version, b.artist,
    b.label, b.release_title, b.release_date, b.duration_s, b.sale_level
