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

RECORDS: dict[str, dict[str, pl.DataType]] = {
    "manifests": MANIFESTS,
    "reported": REPORTED,
    "sums": SUMS,
    "alerts": ALERTS,
    "decisions": DECISIONS,
    "layouts": LAYOUTS,
    "arrivals": ARRIVALS,
    "notices": NOTICES,
    "visits": VISITS,
}
