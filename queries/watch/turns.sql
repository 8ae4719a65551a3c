-- watch/turns: when the lake came to know of a delivery or an event, one row per moment, in order.
-- reads: manifest_history, ledger_history
-- params: none
select m.at as turned_at
from manifest_history as m
union
select l.known_at as turned_at
from ledger_history as l
order by turned_at
