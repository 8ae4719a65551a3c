"""The canonical columns of a line, in their order, with their types."""

import polars as pl

AMOUNT = pl.Decimal(38, 18)
QUANTITY = pl.Decimal(28, 6)
CLOCK = pl.Datetime("us", "UTC")

PLACE: dict[str, pl.DataType] = {
    "manifest": pl.String(),
    "accounting_period": pl.String(),
    "line": pl.UInt64(),
    "offset": pl.UInt64(),
    "source": pl.String(),
}
CONTEXT: dict[str, pl.DataType] = {
    "service": pl.String(),
    "period_start": pl.Date(),
    "period_end": pl.Date(),
    "activity_start": pl.Date(),
    "activity_end": pl.Date(),
    "territory": pl.String(),
    "usage": pl.String(),
    "line_type": pl.String(),
    "right_type": pl.String(),
    "rights_controller": pl.String(),
    "currency": pl.String(),
}
IDENTITY: dict[str, pl.DataType] = {
    "isrc": pl.String(),
    "gtin": pl.String(),
    "dsp_asset_id": pl.String(),
    "catalog_number": pl.String(),
    "title": pl.String(),
    "version": pl.String(),
    "artist": pl.String(),
    "label": pl.String(),
    "release_title": pl.String(),
    "release_date": pl.Date(),
    "duration_s": pl.UInt32(),
    "sale_level": pl.String(),
}
MONEY: dict[str, pl.Decimal] = {
    "quantity": QUANTITY,
    "amount": AMOUNT,
    "unit_price": AMOUNT,
    "gross_amount": AMOUNT,
}
TAGS: dict[str, pl.DataType] = {"faults": pl.List(pl.String()), "extra": pl.String()}

REPORTED: dict[str, pl.DataType] = {name: pl.String() for name in (*CONTEXT, *IDENTITY, *MONEY)}
TAGGED: dict[str, pl.DataType] = {**PLACE, **CONTEXT, **IDENTITY, **MONEY, **TAGS}
SALES: dict[str, pl.DataType] = {
    **TAGGED,
    "recording_id": pl.String(),
    "release_id": pl.String(),
    "method": pl.String(),
    "score": pl.Float64(),
    "decided_at": CLOCK,
    "run": pl.String(),
}
HELD_BACK: dict[str, pl.DataType] = {
    "ledger_id": pl.String(),
    "asset": pl.String(),
    "raw": pl.Binary(),
    "payload_sha256": pl.String(),
    "run": pl.String(),
}
STAGED: dict[str, pl.DataType] = {
    **TAGGED,
    "status": pl.String(),
    "candidates": pl.List(pl.String()),
    **HELD_BACK,
}
QUARANTINE: dict[str, pl.DataType] = {**TAGGED, "fault": pl.String(), **HELD_BACK}
RETRY_LEDGER: dict[str, pl.DataType] = {
    "ledger_id": pl.String(),
    "payload_sha256": pl.String(),
    "manifest": pl.String(),
    "accounting_period": pl.String(),
    "kind": pl.String(),
    "asset": pl.String(),
    "fault": pl.String(),
    "tier": pl.String(),
    "attempt": pl.UInt32(),
    "at": CLOCK,
    "backoff_s": pl.Float64(),
    "next_attempt_at": CLOCK,
    "outcome": pl.String(),
    "run": pl.String(),
    "detail": pl.String(),
    "lines": pl.UInt64(),
    "currency": pl.String(),
    "amount": AMOUNT,
}
MATCHES: dict[str, pl.DataType] = {
    "manifest": pl.String(),
    "accounting_period": pl.String(),
    "source": pl.String(),
    **IDENTITY,
    "method": pl.String(),
    "recording_id": pl.String(),
    "release_id": pl.String(),
    "score": pl.Float64(),
    "margin": pl.Float64(),
    "fault": pl.String(),
    "candidates": pl.String(),
    "catalog": pl.String(),
    "decided_at": CLOCK,
    "run": pl.String(),
}
"""What was decided of identities that no exact key settled."""
PAYLOADS: dict[str, pl.DataType] = {
    **PLACE,
    "ledger_id": pl.String(),
    "asset": pl.String(),
    "raw": pl.Binary(),
    "payload_sha256": pl.String(),
    "run": pl.String(),
}
"""The bytes of lines that are paid because a person decided so: an undo stages them again."""
SEEN: dict[str, pl.DataType] = {
    "manifest": pl.String(),
    "accounting_period": pl.String(),
    "line_hash": pl.UInt64(),
    "times": pl.UInt32(),
}
"""What each delivery reports, line by line, as `contract.line_hash` makes it; ascending."""
DRIFT: dict[str, pl.DataType] = {
    "manifest": pl.String(),
    "accounting_period": pl.String(),
    "source": pl.String(),
    "service": pl.String(),
    "territory": pl.String(),
    "month": pl.String(),
    "currency": pl.String(),
    "column": pl.String(),
    "measure": pl.String(),
    "value": pl.String(),
    "lines": pl.Int64(),
    "quantity": pl.Decimal(38, 6),
    "amount": AMOUNT,
}
"""The sketch of each delivery as reported: sums, so that sketches add up.

One row per cell (service, territory, month as `2026-06`, currency; "" where unknown), column,
measure and value; `column` and `value` are "" where the measure has none.
"""
TABLES: dict[str, dict[str, pl.DataType]] = {
    "sales": SALES,
    "staged": STAGED,
    "quarantine": QUARANTINE,
    "payloads": PAYLOADS,
    "retry_ledger": RETRY_LEDGER,
    "matches": MATCHES,
    "seen": SEEN,
    "drift": DRIFT,
}
