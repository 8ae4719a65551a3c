-- The job as one DuckDB script, run in a folder that holds manifest.csv and catalog.duckdb (see
-- prepare.sql): read, cast, validate, join, write. Its answer is the number of lines by status.
set preserve_insertion_order = false;

attach 'catalog.duckdb' as catalog (read_only);

-- GS1 General Specifications 7.9: weights 1 and 3 from the right.
create temp macro gtin_sum(n) as
    n % 10 + n // 100 % 10 + n // 10000 % 10 + n // 1000000 % 10 + n // 100000000 % 10
    + n // 10000000000 % 10 + n // 1000000000000 % 10
    + 3 * (
        n // 10 % 10 + n // 1000 % 10 + n // 100000 % 10 + n // 10000000 % 10
        + n // 1000000000 % 10 + n // 100000000000 % 10 + n // 10000000000000 % 10
    );

create temp table lines as
with reported as (
    select
        * exclude (isrc, gtin, amount, quantity, period_start, period_end),
        upper(replace(isrc, '-', '')) as isrc,
        lpad(gtin, 14, '0') as gtin,
        try_cast(amount as decimal(38, 18)) as amount,
        try_cast(quantity as decimal(28, 6)) as quantity,
        try_cast(period_start as date) as period_start,
        try_cast(period_end as date) as period_end,
        sale_level = 'release' as of_release
    from read_csv(
        'manifest.csv',
        auto_detect = false, -- the sniffer gives up on a file with broken lines
        header = true,
        delim = ',',
        quote = '"',
        escape = '"',
        store_rejects = true,
        rejects_limit = 0,
        columns = {
            'service': 'varchar', 'territory': 'varchar', 'period_start': 'varchar',
            'period_end': 'varchar', 'usage': 'varchar', 'line_type': 'varchar',
            'sale_level': 'varchar', 'isrc': 'varchar', 'gtin': 'varchar', 'title': 'varchar',
            'version': 'varchar', 'artist': 'varchar', 'release_title': 'varchar',
            'quantity': 'varchar', 'currency': 'varchar', 'amount': 'varchar'
        }
    )
),

matched as (
    select
        r.*,
        i.recording_id,
        r.currency is not null and c.code is null as unknown_currency,
        r.territory is not null and w.code is null as unknown_territory
    from reported as r
    left join catalog.currencies as c on r.currency = c.code
    left join catalog.territories as w on r.territory = w.code
    left join catalog.by_isrc as i on case when not r.of_release then r.isrc end = i.isrc
)

select
    * exclude (unknown_currency, unknown_territory),
    -- What the ISRC has not settled is looked up once per distinct identity, below.
    case
        when recording_id is null
            then
                concat_ws(
                    '|',
                    of_release,
                    coalesce(gtin, ''),
                    coalesce(title, ''),
                    coalesce(version, ''),
                    coalesce(artist, '')
                )
    end as open_identity,
    concat_ws(
        ' ',
        case when amount is null or abs(amount) >= 1000000000000 then 'AMOUNT_UNREADABLE' end,
        case when currency is null then 'CURRENCY_MISSING' end,
        case when unknown_currency then 'CURRENCY_INVALID' end,
        -- An ISRC of the catalog needs no further look.
        case
            when
                recording_id is null
                and not regexp_full_match(isrc, '[A-Z]{2}[A-Z0-9]{3}[0-9]{7}')
                then 'ISRC_MALFORMED'
        end,
        case when unknown_territory then 'TERRITORY_UNKNOWN' end,
        case when period_start is null or period_end is null then 'PERIOD_UNREADABLE' end,
        case when quantity is null then 'QUANTITY_UNREADABLE' end
    ) as faults,
    case
        when unknown_currency then 'quarantined'
        when amount is null or abs(amount) >= 1000000000000 or currency is null then 'held'
    end as blocked
from matched;

-- A check digit costs as much as a join, so it is worked out once per distinct GTIN.
create temp table unsound_gtins as
select gtin
from (select distinct gtin from lines)
where gtin is not null and coalesce(gtin_sum(try_cast(gtin as bigint)) % 10, 1) <> 0;

create temp table found as
with identities as (
    select
        open_identity,
        any_value(case when of_release then gtin end) as release_gtin,
        any_value(case when not of_release then gtin || '|' || lower(trim(title)) end)
            as gtin_title,
        any_value(
            case
                when not of_release
                    then
                        lower(trim(title)) || '|' || lower(trim(coalesce(version, ''))) || '|'
                        || lower(trim(artist))
            end
        ) as text_key
    from lines
    where open_identity is not null
    group by open_identity
)

select
    o.open_identity,
    coalesce(g.recording_id, t.recording_id) as recording_id,
    l.release_id,
    case
        when l.release_id is not null then 'gtin'
        when g.recording_id is not null then 'gtin_title'
        when t.recording_id is not null then 'exact_text'
    end as method
from identities as o
left join catalog.by_gtin as l on o.release_gtin = l.gtin
left join catalog.by_gtin_title as g on o.gtin_title = g.gtin_title
left join catalog.by_text as t on o.text_key = t.text_key;

create temp view settled as
select
    l.* exclude (recording_id, of_release, open_identity, faults, blocked),
    concat_ws(
        ' ',
        nullif(l.faults, ''),
        case when u.gtin is not null then 'GTIN_CHECK_DIGIT' end,
        case when l.recording_id is null and f.method is null then 'UNMATCHED' end
    ) as faults,
    coalesce(l.recording_id, f.recording_id) as recording_id,
    f.release_id,
    case when l.recording_id is not null then 'isrc' else f.method end as method,
    case
        when l.blocked is not null then l.blocked
        when l.recording_id is not null or f.method is not null then 'matched'
        else 'unmatched'
    end as status
from lines as l
left join found as f on l.open_identity = f.open_identity
left join unsound_gtins as u on l.gtin = u.gtin;

copy (select * exclude (status) from settled where status = 'matched')
to 'sales.parquet' (format parquet, compression lz4);

copy (from settled where status <> 'matched')
to 'staged.parquet' (format parquet, compression lz4);

copy (from reject_errors)
to 'rejects.parquet' (format parquet, compression lz4);

select
    status,
    count(*)
from settled
group by status
union all
select
    'quarantined',
    count(distinct (line, line_byte_position))
from reject_errors;
