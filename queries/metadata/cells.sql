-- metadata/cells: what was told of an ISRC in one column, one row per column, source, service, ISRC,
-- month and value; only where the source told several of one service.
-- reads: told, named
-- params: none
-- value, form: of title (with its version), artist and label the numbers of text and normal form, of
-- the others the value itself. beside: the number of the artist told with a title, and of the title
-- told with all others. period: the first accounting period that told it.
with cells as (
    select
        t.source,
        t.service,
        t.month,
        t.accounting_period,
        t.lines,
        n.*
    from told as t
    inner join named as n on t.identity = n.identity
),

moving as (
    select
        c.source,
        c.service,
        c.isrc,
        min(c.title_no) != max(c.title_no) as title_moves,
        min(c.artist_no) != max(c.artist_no) as artist_moves,
        min(c.label_no) != max(c.label_no) as label_moves,
        min(c.gtin) != max(c.gtin) as gtin_moves,
        min(c.duration_s) != max(c.duration_s) as duration_moves
    from cells as c
    group by c.source, c.service, c.isrc
    having title_moves or artist_moves or label_moves or gtin_moves or duration_moves
),

moved as (
    select
        c.*,
        m.* exclude (source, service, isrc)
    from cells as c
    inner join
        moving as m
        on c.source = m.source and c.service = m.service and c.isrc = m.isrc
),

arms as (
    select
        'title' as field,
        m.source,
        m.service,
        m.isrc,
        m.month,
        m.accounting_period,
        m.title_no::VARCHAR as value,
        m.title_form::VARCHAR as form,
        m.artist_no as beside,
        m.lines
    from moved as m
    where m.title_moves and m.title_no is not null
    union all
    select
        'artist',
        m.source,
        m.service,
        m.isrc,
        m.month,
        m.accounting_period,
        m.artist_no::VARCHAR,
        m.artist_form::VARCHAR,
        m.title_no,
        m.lines
    from moved as m
    where m.artist_moves and m.artist_no is not null
    union all
    select
        'label',
        m.source,
        m.service,
        m.isrc,
        m.month,
        m.accounting_period,
        m.label_no::VARCHAR,
        m.label_form::VARCHAR,
        m.title_no,
        m.lines
    from moved as m
    where m.label_moves and m.label_no is not null
    union all
    select
        'gtin',
        m.source,
        m.service,
        m.isrc,
        m.month,
        m.accounting_period,
        m.gtin as value,
        m.gtin as form,
        m.title_no,
        m.lines
    from moved as m
    where m.gtin_moves and m.gtin is not null
    union all
    select
        'duration_s',
        m.source,
        m.service,
        m.isrc,
        m.month,
        m.accounting_period,
        m.duration_s::VARCHAR as value,
        m.duration_s::VARCHAR as form,
        m.title_no,
        m.lines
    from moved as m
    where m.duration_moves and m.duration_s is not null
)

select
    a.field,
    a.source,
    a.service,
    a.isrc,
    a.month,
    a.value,
    any_value(a.form) as form,
    arg_max(a.beside, (a.lines, a.beside)) as beside,
    min(a.accounting_period) as period,
    sum(a.lines)::BIGINT as lines
from arms as a
group by a.field, a.source, a.service, a.isrc, a.month, a.value
