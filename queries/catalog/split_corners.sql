-- catalog/split_corners: one row per recording whose splits have terms: the least and most that
-- is shared out at any combination of the values its rows name, or of others. Recordings of one
-- pattern are worked out once, and territories with the same rows as one.
-- reads: staged_splits, split_terms
-- params: none
create or replace table split_corners as
with terms as (
    select
        s.recording_id,
        s.territory,
        s.usage,
        s.service,
        s.release_id,
        s.valid_from,
        s.valid_to,
        sum(s.share) as share
    from staged_splits as s
    inner join split_terms as t on s.recording_id = t.recording_id
    where t.by_territory or t.by_usage or t.by_service or t.by_release or t.by_date
    group by all
),

patterns as (
    select
        recording_id,
        sum(hash(territory, usage, service, release_id, valid_from, valid_to, share)) as one,
        sum(hash(share, valid_to, valid_from, release_id, service, usage, territory)) as other
    from terms
    group by recording_id
),

models as (
    select
        one,
        other,
        min(recording_id) as recording_id
    from patterns
    group by one, other
),

rows_of as (
    select
        t.*,
        concat_ws(
            chr(31), 'u' || t.usage, 's' || t.service, 'r' || t.release_id,
            'f' || t.valid_from, 'v' || t.valid_to, t.share
        ) as rest
    from terms as t
    inner join models as m on t.recording_id = m.recording_id
),

kinds as (
    select
        recording_id,
        territory,
        string_agg(rest, chr(29) order by rest) as deal
    from rows_of
    where territory is not null
    group by recording_id, territory
),

territories as (
    select
        recording_id,
        min(territory) as territory
    from kinds
    group by recording_id, deal
    union all
    select
        recording_id,
        null
    from models
),

usages as (
    select distinct
        recording_id,
        usage
    from rows_of
    union
    select
        recording_id,
        null
    from models
),

services as (
    select distinct
        recording_id,
        service
    from rows_of
    union
    select
        recording_id,
        null
    from models
),

releases as (
    select distinct
        recording_id,
        release_id
    from rows_of
    union
    select
        recording_id,
        null
    from models
),

days as (
    select
        recording_id,
        valid_from as day
    from rows_of
    where valid_from is not null
    union
    select
        recording_id,
        cast(valid_to + interval 1 day as date)
    from rows_of
    where valid_to is not null
    union
    select
        recording_id,
        date '0001-01-01'
    from models
),

corners as (
    select *
    from territories
    inner join usages using (recording_id)
    inner join services using (recording_id)
    inner join releases using (recording_id)
    inner join days using (recording_id)
),

totals as (
    select
        c.recording_id,
        c.territory,
        c.usage,
        c.service,
        c.release_id,
        c.day,
        coalesce(sum(r.share), 0) as total
    from corners as c
    left join rows_of as r
        on
            c.recording_id = r.recording_id
            and (r.territory is null or r.territory = c.territory)
            and (r.usage is null or r.usage = c.usage)
            and (r.service is null or r.service = c.service)
            and (r.release_id is null or r.release_id = c.release_id)
            and (r.valid_from is null or r.valid_from <= c.day)
            and (r.valid_to is null or r.valid_to >= c.day)
    group by all
),

extremes as (
    select
        recording_id,
        min(total) as least,
        max(total) as most,
        arg_max(concat_ws(
            ', ', 'territory ' || territory, 'usage ' || usage, 'service ' || service,
            'release ' || release_id, 'from ' || nullif(day, date '0001-01-01')
        ), total) as most_where
    from totals
    group by recording_id
)

select
    p.recording_id,
    e.least,
    e.most,
    e.most_where
from patterns as p
inner join models as m on p.one = m.one and p.other = m.other
inner join extremes as e on m.recording_id = e.recording_id
