-- metadata/of_changes: what was told under the new value of each change, one row per change, month and
-- identity, from `since` until the next change. reads: changes, told, named
-- params: none
select distinct
    c.change_no as item,
    t.source,
    t.service,
    t.month,
    t.identity
from changes as c
inner join named as n on c.isrc = n.isrc
inner join told as t
    on n.identity = t.identity and c.source = t.source and c.service = t.service
where
    t.month >= c.since
    and (c.until is null or t.month < c.until)
    and case
        when c.field = 'title' and c.is_same_form then n.title_no::VARCHAR = c.value
        when c.field = 'title' then n.title_form::VARCHAR = c.form
        when c.field = 'artist' and c.is_same_form then n.artist_no::VARCHAR = c.value
        when c.field = 'artist' then n.artist_form::VARCHAR = c.form
        when c.field = 'label' and c.is_same_form then n.label_no::VARCHAR = c.value
        when c.field = 'label' then n.label_form::VARCHAR = c.form
        when c.field = 'gtin' then n.gtin = c.value
        else n.duration_s::VARCHAR = c.value
    end
