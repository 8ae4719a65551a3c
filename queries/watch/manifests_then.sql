-- watch/manifests_then: the deliveries that the lake held at a moment, one row each.
-- reads: manifest_history
-- params: $moment TIMESTAMP
select m.*
from manifest_history as m
where m.at <= $moment
