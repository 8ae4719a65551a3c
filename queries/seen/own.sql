-- seen/own: the file of the line hashes of a delivery, at most one row. reads: contents, files
-- params: $manifest VARCHAR, $accounting_period VARCHAR
select f.name
from contents as c
inner join files as f on f.tbl = 'seen' and c.seen = f.sha256
where c.manifest = $manifest and c.accounting_period = $accounting_period
