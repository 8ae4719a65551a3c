"""What an ingest tells of a manifest."""

import resource
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.money import sum_text
from pipeline.vocab import ManifestState, Status


@dataclass(frozen=True)
class Report:
    """What became of one manifest; `as_json` has the keys that outside checks rely on.

    Attributes:
        amounts: by currency, sums as text by status and `reported`, and `unreadable_lines`.
        control: declared and found totals, empty where the format declares none.
        freed: by currency, money of this and other reports that moved as what was paid for them
            balanced at last, by the statuses between which it moved.
        seen: what of it its source has sent before; empty where nothing.
        restated: the deliveries that it replaces, and what was reversed of each.
        drift: what it shows to have changed in what its source reports, the dearest first.
        error: why it was refused or set aside, None otherwise.
    """

    path: Path
    state: ManifestState
    manifest: str = ""
    accounting_period: str = ""
    source: str = ""
    lines: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    by_method: Mapping[str, int] = field(default_factory=dict)
    by_fault: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, Mapping[str, str | int]] = field(default_factory=dict)
    control: Mapping[str, Any] = field(default_factory=dict)
    resynchronised: int = 0
    freed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    seen: Mapping[str, Any] = field(default_factory=dict)
    restated: Sequence[Mapping[str, Any]] = ()
    drift: Sequence[str] = ()
    error: str | None = None
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values; amounts are strings."""
        told: dict[str, Any] = {
            "path": str(self.path),
            "manifest": self.manifest,
            "accounting_period": self.accounting_period,
            "source": self.source,
            "state": self.state.value,
            "lines": self.lines,
            "by_status": dict(self.by_status),
            "by_method": dict(self.by_method),
            "by_fault": dict(self.by_fault),
            "amounts": {currency: dict(sums) for currency, sums in self.amounts.items()},
            "control": dict(self.control),
            "resynchronised": self.resynchronised,
            "seen": dict(self.seen),
            "restated": [dict(one) for one in self.restated],
            "drift": list(self.drift),
            "seconds": round(self.seconds, 3),
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        if self.freed:
            told["freed"] = {currency: dict(moves) for currency, moves in self.freed.items()}
        return told if self.error is None else {**told, "error": self.error}


def status_counts(sums: pl.DataFrame) -> dict[str, int]:
    """Lines by status; every status is named."""
    counted = dict(sums.group_by("status").agg(pl.col("lines").sum()).iter_rows())
    return {status.value: int(counted.get(status.value, 0)) for status in Status}


def amounts(reported: pl.DataFrame, sums: pl.DataFrame) -> dict[str, dict[str, str | int]]:
    """Money by currency: reported and by status as text, and how many lines are unreadable."""
    found: dict[str, dict[str, str | int]] = {}
    for row in reported.sort("currency").iter_rows(named=True):
        told: dict[str, str | int] = {"reported": sum_text(row["amount"])}
        own = sums.filter(pl.col("currency") == row["currency"])
        by_status = dict(own.select("status", "amount").iter_rows())
        told |= {status.value: sum_text(by_status.get(status.value)) for status in Status}
        told["unreadable_lines"] = int(row["unreadable_lines"])
        found[row["currency"]] = told
    return found
