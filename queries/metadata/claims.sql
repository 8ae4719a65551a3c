-- metadata/claims: who told which title and artist of the ISRCs that may be in dispute, one row per
-- ISRC, title, artist, source and service. reads: named, told, titles, artists, given
-- params: none
-- In dispute may be an ISRC that is told with several titles (versions apart) or artists, or with
-- another than the catalog gives it.
with things as (
    select distinct
        n.isrc,
        n.title_no,
        n.core_no,
        n.artist_no,
        n.artist_form
    from named as n
    where n.title_no is not null
),

varied as (
    select t.isrc
    from things as t
    group by t.isrc
    having min(t.core_no) != max(t.core_no) or min(t.artist_form) != max(t.artist_form)
),

agreed as (
    select distinct
        t.isrc,
        t.title_no,
        t.artist_no
    from things as t
    inner join titles as i on t.title_no = i.title_no
    left join artists as a on t.artist_no = a.artist_no
    inner join
        given as g
        on
            t.isrc = g.isrc
            and i.title_key = g.title_key
            and (a.artist_key is null or g.artist_key is null or a.artist_key = g.artist_key)
),

disputed as (
    select v.isrc
    from varied as v
    union
    select t.isrc
    from things as t
    semi join given as g on t.isrc = g.isrc
    anti join
        agreed as a
        on
            t.isrc = a.isrc
            and t.title_no = a.title_no
            and t.artist_no is not distinct from a.artist_no
)

select
    n.isrc,
    n.title_no,
    n.artist_no,
    t.source,
    t.service,
    min(t.month) as first_month,
    max(t.month) as last_month,
    list_sort(list(distinct t.accounting_period)) as periods,
    sum(t.lines)::BIGINT as lines
from named as n
semi join disputed as d on n.isrc = d.isrc
inner join told as t on n.identity = t.identity
where n.title_no is not null
group by n.isrc, n.title_no, n.artist_no, t.source, t.service
