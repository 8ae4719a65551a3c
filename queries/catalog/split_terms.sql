-- catalog/split_terms: one row per recording with splits: on what they depend, and their digest
-- that equals another's where the same parties get the same shares under the same terms.
-- reads: staged_splits
-- params: none
create or replace table split_terms as
with weighted as (
    select
        *,
        -- a share beyond 2 offends anyway; up to there the sums have room for 50 million rows
        cast(least(share, 2) as decimal(20, 18)) as weight,
        hash(party_id, territory, usage, service, release_id, valid_from, valid_to) as one
    from staged_splits
)

select
    recording_id,
    cast(sum(share) as decimal(38, 18)) as total,
    count(territory) > 0 as by_territory,
    count(usage) > 0 as by_usage,
    count(service) > 0 as by_service,
    count(release_id) > 0 as by_release,
    count(coalesce(valid_from, valid_to)) > 0 as by_date,
    -- a sum minds neither the order of rows nor one share given in two rows
    hex(hash(
        sum(weight * cast(one % 1000000000000 as decimal(12, 0))),
        sum(weight * cast(hash(one) % 1000000000000 as decimal(12, 0)))
    )) as splits_digest
from weighted
group by recording_id
