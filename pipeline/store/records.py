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
}
