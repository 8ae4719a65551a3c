-- catalog/build_offenders: one row per offender that a partial load left out. reads: dropped
-- params: none
create table catalog.offenders as
select
    "check",
    relation,
    key,
    offender
from dropped
