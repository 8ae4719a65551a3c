"""The small tables that a commit records, as polars schemas; the DDL is `queries/lake/create_*`.

`run` and `at` are added by the commit; amounts are in the row's currency.
"""

import polars as pl

from pipeline.contract.columns import AMOUNT

DELIVERY: dict[str, pl.DataType] = {"manifest": pl.String(), "accounting_period": pl.String()}

MANIFESTS: dict[str, pl.DataType] = {
    **DELIVERY,
    "source": pl.String(),
    "title": pl.String(),
    "path": pl.String(),
    "bytes": pl.UInt64(),
    "lines": pl.UInt64(),
    "resynchronised": pl.UInt64(),
    "control": pl.String(),
    "by_method": pl.String(),
    "by_fault": pl.String(),
}
"""One row per delivery; `control`, `by_method` and `by_fault` are JSON objects as text."""

REPORTED: dict[str, pl.DataType] = {
    **DELIVERY,
    "currency": pl.String(),
    "lines": pl.Int64(),
    "amount": AMOUNT,
    "unreadable_lines": pl.Int64(),
}
"""One row per delivery and currency: what was read, summed before any line got a status."""

SUMS: dict[str, pl.DataType] = {
    **DELIVERY,
    "currency": pl.String(),
    "status": pl.String(),
    "lines": pl.Int64(),
    "amount": AMOUNT,
    "unreadable_lines": pl.Int64(),
}
"""One row per delivery, currency and status: the change; a replay takes from one status and
gives to another. `lines` counts unreadable lines too."""

ALERTS: dict[str, pl.DataType] = {
    "severity": pl.String(),
    **DELIVERY,
    "asset": pl.String(),
    "fault": pl.String(),
    "lines": pl.UInt64(),
    "currency": pl.String(),
    "amount": AMOUNT,
    "detail": pl.String(),
}
"""One row per event that a person must see; asset, currency and amount may be null."""

DECISIONS: dict[str, pl.DataType] = {
    "decision_id": pl.String(),
    "kind": pl.String(),
    "bound_to": pl.String(),
    "source": pl.String(),
    "value": pl.String(),
    "level": pl.String(),
    "recording_id": pl.String(),
    "release_id": pl.String(),
    "territories": pl.List(pl.String()),
    "valid_from": pl.Date(),
    "valid_to": pl.Date(),
    "candidates": pl.List(pl.String()),
    "shares": pl.String(),
    "artist": pl.String(),
    "origin": pl.String(),
    "reason": pl.String(),
    "queue_id": pl.String(),
    "catalog": pl.String(),
    "decided_at": pl.Datetime("us", "UTC"),
    "decided_by": pl.String(),
}
"""One row per decision; append-only, so one that is undone has a further row of kind `undo`.

`value` is that of `bound_to`: of an identity an isrc, gtin … (`dsp_asset_id` in reports of `source`
alone) at `level` (track or release; null: both); of splits the `recording`; of an alias the
spelling, `artist` being the catalog's and `origin` the decision that it stems from; of an undo the
`decision`. Null or empty limits are none; `valid_to` is the last day. `candidates` are those turned
down; `shares` a JSON list of party_id and share; `catalog` the version that was current.
"""

LAYOUTS: dict[str, pl.DataType] = {
    **DELIVERY,
    "source": pl.String(),
    "encoding": pl.String(),
    "header": pl.List(pl.String()),
    "new": pl.List(pl.String()),
    "gone": pl.List(pl.String()),
    "missing": pl.List(pl.String()),
    "proposed": pl.String(),
}
"""One row per delivery in another layout than its source's: its columns, and what differs.
`missing` are those of `gone` without which no line could be read; `proposed` is a JSON object of
them and the columns that they may be now."""

CONTROL: dict[str, pl.DataType] = {
    **DELIVERY,
    "what": pl.String(),
    "currency": pl.String(),
    "declared": AMOUNT,
    "found": AMOUNT,
    "difference": AMOUNT,
    "tolerance": AMOUNT,
    "balance": pl.String(),
    "remittances": pl.String(),
    "accepted_by": pl.String(),
    "reason": pl.String(),
}
"""One row per delivery, figure and currency that is declared of it, each time that it is weighed:
all currencies of a figure together.

`what` is a count of the report's own (`lines` …), `quantity`, `amount`, or `remittance`: what was
paid; `currency` is '' where it is no money. `difference` is found less declared; `tolerance` is how
far it may be in that direction. Null is what cannot be read or told. Deliveries that were paid
together have the same name in `remittances`, and the same figures: those of all of them.
"""

REMITTANCES: dict[str, pl.DataType] = {
    "remittance": pl.String(),
    **DELIVERY,
    "currency": pl.String(),
    "amount": AMOUNT,
    "reference": pl.String(),
    "said_by": pl.String(),
}
"""One row per remittance, currency and delivery that it pays; the amount is of all of them."""
CONTENTS: dict[str, pl.DataType] = {
    **DELIVERY,
    "source": pl.String(),
    "lines": pl.UInt64(),
    "content": pl.String(),
    "seen": pl.String(),
    "scopes": pl.List(pl.UInt64()),
}
"""One row per delivery that was read: the sum of its line hashes, the SHA-256 of the file of them
in `seen`, and a hash of each service, period and territory that it reports on."""

MESSAGES: dict[str, pl.DataType] = {
    **DELIVERY,
    "source": pl.String(),
    "message_id": pl.String(),
    "part": pl.String(),
    "replaces": pl.String(),
}
"""One row per delivery that says what its sender calls it: its message id, which file of the
message it is, and the id of the message that it replaces; the last two null where nothing is."""

ENDINGS: dict[str, pl.DataType] = {
    **DELIVERY,
    "outcome": pl.String(),
    "by_manifest": pl.String(),
    "by_period": pl.String(),
    "reversal": pl.String(),
    "reversal_period": pl.String(),
    "reason": pl.String(),
    "decided_by": pl.String(),
}
"""One row per delivery that pays no longer: what replaces it and the delivery that reverses what it
had paid, both null where there is none."""
ARRIVALS: dict[str, pl.DataType] = {
    "source": pl.String(),
    "place": pl.String(),
    "name": pl.String(),
    "bytes": pl.Int64(),
    "modified_ns": pl.Int64(),
    **DELIVERY,
    "path": pl.String(),
    "state": pl.String(),
    "detail": pl.String(),
}
"""One row per file that came by a watched folder or SFTP and was taken or refused: where it stood
(`place` and `name`) and stands (`path`), and what the ingest made of it (`state`)."""

NOTICES: dict[str, pl.DataType] = {
    "source": pl.String(),
    "notice_id": pl.String(),
    "type": pl.String(),
    "subject": pl.String(),
    "sent_at": pl.Datetime("us", "UTC"),
    "received_at": pl.Datetime("us", "UTC"),
    "body_sha256": pl.String(),
    "outcome": pl.String(),
}
"""One row per notice that is settled: `subject` is what it names, null where nothing says so."""

VISITS: dict[str, pl.DataType] = {
    "source": pl.String(),
    "occasion": pl.String(),
    "committed": pl.Int64(),
    "unchanged": pl.Int64(),
    "refused": pl.Int64(),
    "detail": pl.String(),
}
"""One row per look at a source that found something, answered a notice, or broke a silence."""

CURSORS: dict[str, pl.DataType] = {
    "source": pl.String(),
    "value": pl.String(),
    "earliest": pl.String(),
    "horizon": pl.String(),
    "round": pl.Int64(),
    "seq": pl.Int64(),
    "finished_at": pl.Datetime("us", "UTC"),
}
"""One row per source that is fetched: how far it has been taken, which a commit moves on.

`value` and `earliest` bound what was taken, null before the first; rows before `horizon` are not
asked for again; `round` is the last that was finished, at `finished_at`; `seq` is the last entry of
the journal of attempts that stands in the ledger.
"""

REQUESTS: dict[str, pl.DataType] = {
    "request": pl.String(),
    "source": pl.String(),
    "round": pl.Int64(),
    "method": pl.String(),
    "url": pl.String(),
    "status": pl.Int64(),
    "payload_sha256": pl.String(),
    "bytes": pl.Int64(),
    "manifest": pl.String(),
}
"""One row per request that is done and never sent again, by its signature; `manifest` holds what it
brought, null where it brought nothing to keep."""

FETCHED_ROWS: dict[str, pl.DataType] = {
    "source": pl.String(),
    "row_key": pl.String(),
    "digest": pl.String(),
    "moment": pl.String(),
}
"""One row per row of a source that a later request may bring once more, with its content's digest;
`moment` is its place in the order of the cursor."""

FINDINGS: dict[str, pl.DataType] = {
    **DELIVERY,
    "source": pl.String(),
    "finding": pl.String(),
    "severity": pl.String(),
    "service": pl.String(),
    "territory": pl.String(),
    "currency": pl.String(),
    "column": pl.String(),
    "subject": pl.String(),
    "statistic": pl.String(),
    "observed": pl.Float64(),
    "expected": pl.Float64(),
    "limit": pl.Float64(),
    "q_value": pl.Float64(),
    "lines": pl.Int64(),
    "amount": AMOUNT,
    "detail": pl.String(),
}
"""One row per change of what a source reports that a delivery showed when it came.

`service`, `territory`, `currency`, `column` and `subject` (a value, a title) say where; null is
everywhere. `observed` passed `limit`, both in the unit of `statistic`; `q_value` is the share of
false ones among findings as unlikely. `lines` and `amount` are what is at stake, in `currency`.
"""

RECORDS: dict[str, dict[str, pl.DataType]] = {
    "manifests": MANIFESTS,
    "reported": REPORTED,
    "sums": SUMS,
    "alerts": ALERTS,
    "decisions": DECISIONS,
    "layouts": LAYOUTS,
    "control": CONTROL,
    "remittances": REMITTANCES,
    "contents": CONTENTS,
    "messages": MESSAGES,
    "endings": ENDINGS,
    "arrivals": ARRIVALS,
    "notices": NOTICES,
    "visits": VISITS,
    "cursors": CURSORS,
    "requests": REQUESTS,
    "fetched_rows": FETCHED_ROWS,
    "findings": FINDINGS,
}

ALARM_TABLES = ("fetches", "alarms", "alarm_calls")
"""Tables beside those of a batch: `fetches` keeps what `cursors` replaces; see `store.alarms`."""
