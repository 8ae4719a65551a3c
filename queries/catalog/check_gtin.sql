-- catalog/check_gtin: one row per release whose GTIN is not 8 to 14 digits with the right check
-- digit (GS1 General Specifications §7.9). reads: staged_releases
-- params: none
with numbered as (
    select
        release_id,
        given_gtin,
        case when regexp_full_match(gtin, '[0-9]{14}') then cast(gtin as bigint) end as n
    from staged_releases
    where gtin is not null
)

select
    'releases' as relation,
    release_id as key,
    'release ' || release_id || ' has the GTIN ' || given_gtin as offender
from numbered
where
    n is null
    or n = 0
    or (
        n % 10 + n // 100 % 10 + n // 10000 % 10 + n // 1000000 % 10 + n // 100000000 % 10
        + n // 10000000000 % 10 + n // 1000000000000 % 10
        + 3 * (
            n // 10 % 10 + n // 1000 % 10 + n // 100000 % 10 + n // 10000000 % 10
            + n // 1000000000 % 10 + n // 100000000000 % 10 + n // 10000000000000 % 10
        )
    ) % 10 != 0
