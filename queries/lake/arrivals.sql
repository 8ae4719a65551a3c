-- lake/arrivals: one row per file that came by a watched folder or SFTP. reads: books.arrivals
-- params: none
select
    a.source,
    a.place,
    a.name,
    a.bytes,
    a.modified_ns,
    a.manifest,
    a.accounting_period,
    a.path,
    a.state,
    a.detail,
    a.run,
    a.at
from books.arrivals as a
order by a.at, a.source, a.place, a.name
