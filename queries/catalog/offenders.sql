-- catalog/offenders: one row per offender that a partial load left out. reads: offenders
-- params: none
select
    "check",
    relation,
    key,
    offender
from offenders
order by all
