-- match/undecided: one row per track-level identity that steps 1 to 3 leave; step 5 where its text is known exactly. reads: open, verdicts
-- params: none
select
    o.identity,
    v.step
from open as o
left join verdicts as v on o.identity = v.identity
where
    not o.of_release
    and not o.of_several
    and (v.step is null or (v.step = 5 and not v.contradicted))
order by o.identity
