-- watch/silences: silences that hold at a moment, one row per rule and key ('' is all keys).
-- reads: alarms
-- params: $moment TIMESTAMP
-- The last word about a rule and key counts; a silence ends by itself.
with words as (
    select a.*
    from alarms as a
    where a.state in ('silenced', 'unsilenced')
    qualify
        row_number() over (
            partition by a.rule, coalesce(a."key", '') order by a.seq desc
        ) = 1
)

select
    w.rule,
    coalesce(w."key", '') as "key",
    w."until",
    w.said_by,
    w.reason,
    w.at
from words as w
where w.state = 'silenced' and w."until" > $moment
order by w.rule asc, "key" asc
