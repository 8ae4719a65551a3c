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

-- Keys of later steps are null, and cost nothing, where an earlier step has found something.
matched as (
    select
        r.*,
        coalesce(i.recording_id, g.recording_id, t.recording_id) as recording_id,
        l.release_id,
        case
            when i.recording_id is not null then 'isrc'
            when l.release_id is not null then 'gtin'
            when g.recording_id is not null then 'gtin_title'
            when t.recording_id is not null then 'exact_text'
        end as method,
        r.currency is not null and c.code is null as unknown_currency,
        r.territory is not null and w.code is null as unknown_territory
    from reported as r
    left join catalog.currencies as c on r.currency = c.code
    left join catalog.territories as w on r.territory = w.code
    left join catalog.by_isrc as i on case when not r.of_release then r.isrc end = i.isrc
    left join catalog.by_gtin as l on case when r.of_release then r.gtin end = l.gtin
    left join catalog.by_gtin_title as g
        on
            case
                when i.recording_id is null and not r.of_release
                    then r.gtin || '|' || lower(trim(r.title))
            end = g.gtin_title
    left join catalog.by_text as t
        on
            case
                when i.recording_id is null and g.recording_id is null and not r.of_release
                    then
                        lower(trim(r.title)) || '|' || lower(trim(coalesce(r.version, '')))
                        || '|' || lower(trim(r.artist))
            end = t.text_key
)

select
    * exclude (of_release, unknown_currency, unknown_territory),
    concat_ws(
        ' ',
        case when amount is null or abs(amount) >= 1e12 then 'AMOUNT_UNREADABLE' end,
        case when currency is null then 'CURRENCY_MISSING' end,
        case when unknown_currency then 'CURRENCY_INVALID' end,
        case when method is null then 'UNMATCHED' end,
        case
            when not regexp_full_match(isrc, '[A-Z]{2}[A-Z0-9]{3}[0-9]{7}') then 'ISRC_MALFORMED'
        end,
        case
            when gtin is not null and coalesce(gtin_sum(try_cast(gtin as bigint)) % 10, 1) <> 0
                then 'GTIN_CHECK_DIGIT'
        end,
        case when unknown_territory then 'TERRITORY_UNKNOWN' end,
        case when period_start is null or period_end is null then 'PERIOD_UNREADABLE' end,
        case when quantity is null then 'QUANTITY_UNREADABLE' end
    ) as faults,
    case
        when unknown_currency then 'quarantined'
        when amount is null or abs(amount) >= 1e12 or currency is null then 'held'
        when method is null then 'unmatched'
        else 'matched'
    end as status
from matched;

copy (select * exclude (status) from lines where status = 'matched')
to 'sales.parquet' (format parquet, compression lz4);

copy (from lines where status <> 'matched')
to 'staged.parquet' (format parquet, compression lz4);

copy (from reject_errors)
to 'rejects.parquet' (format parquet, compression lz4);

select
    status,
    count(*)
from lines
group by status
union all
select
    'quarantined',
    count(distinct (line, line_byte_position))
from reject_errors;
