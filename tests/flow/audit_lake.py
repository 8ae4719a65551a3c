"""A small lake, worked out by hand, with lines of every status and texts that CSV finds hard."""

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipeline.contract.columns import TABLES
from pipeline.settings import Settings
from pipeline.store import lake

AT = datetime(2026, 10, 5, 10, 30, tzinfo=UTC)
SUMMER, AUTUMN, UNDATED = "5a" * 32, "0b" * 32, "c3" * 32


@dataclass(frozen=True)
class Line:
    """One line: its delivery, its place, its money and what became of it."""

    manifest: str
    period: str
    offset: int
    status: str
    currency: str | None
    amount: str | None
    title: str | None = "Song"

    def row(self) -> dict[str, object]:
        """The line's cells in any table of lines; the table takes those that it has."""
        amount = None if self.amount is None else Decimal(self.amount)
        return {
            "manifest": self.manifest,
            "accounting_period": self.period,
            "line": self.offset // 10,
            "offset": self.offset,
            "source": "canonical",
            "currency": self.currency,
            "amount": amount,
            "quantity": Decimal("1.5"),
            "title": self.title,
            "faults": ["GTIN_MISSING"] if self.offset == 100 else [],
            "recording_id": "R1",
            "method": "isrc",
            "decided_at": AT,
            "run": "r1",
            "ledger_id": f"{self.offset:064}",
            "status": self.status,
            "candidates": ["R1", 'R"2'],
            "raw": b"\xff\x00raw",
            "payload_sha256": "e" * 64,
            "fault": "FIELD_COUNT",
        }


LINES = (
    Line(SUMMER, "2026-07", 100, "matched", "EUR", "10.5", 'Sieben "Zoll", ;\r\n=1+1'),
    Line(SUMMER, "2026-07", 200, "matched", "EUR", "-2.25", ""),
    Line(SUMMER, "2026-07", 300, "unmatched", "USD", "3", None),
    Line(SUMMER, "2026-07", 400, "held", "EUR", None, "夜\u2028に"),
    Line(SUMMER, "2026-07", 500, "quarantined", None, "7", "\x00NULL"),
    Line(SUMMER, "2026-07", 600, "excluded", "EUR", "1.000000000000000001"),
    Line(SUMMER, "2026-09", 100, "matched", "USD", "0.1"),
    Line(AUTUMN, "2026Q3", 700, "matched", "EUR", "100"),
    Line(AUTUMN, "2026-10", 700, "matched", "EUR", "5000"),
    Line(UNDATED, "", 100, "matched", "EUR", "9"),
)


ACCEPTED = (
    SUMMER, "2026-07", "amount", "EUR", Decimal("9.25"), Decimal("8.25"), Decimal(-1), Decimal(0),
    "accepted", None, "ann", "the rest, in August",
)  # fmt: skip
"""A difference of the first delivery, in the order of `lake.CONTROL`."""

ENDED = (
    (AUTUMN, "2026Q3", "duplicate", None, None, None, None, "sent twice", "ann"),
    (AUTUMN, "2026-10", "replaced", SUMMER, "2026-09", "7d" * 32, "2026-09", "wrong rate", "ann"),
    (UNDATED, "", "duplicate", None, None, None, None, "sent twice", "ann"),
)
"""One in the quarter, two that are not, in the order of `lake.ENDINGS`."""


def fill(home: Path, lines: tuple[Line, ...] = LINES) -> None:
    """Commit lines to the lake of a home, with what a manifest's row and sums say of them."""
    with lake.begin(home, "ingest", AT) as run:
        files = []
        for table, rows in _rows(lines).items():
            path = run.file(table, "0")
            rows.write_parquet(path)
            files.append(lake.seal(path, table, rows.height))
        lake.commit(home, run, _batch(lines, files), Settings())


def _rows(lines: tuple[Line, ...]) -> dict[str, pl.DataFrame]:
    """The tables, in an order that is not that of the places."""
    kept: dict[str, list[dict[str, object]]] = {table: [] for table in TABLES}
    for line in reversed(lines):
        table = {"matched": "sales", "quarantined": "quarantine"}.get(line.status, "staged")
        kept[table].append(line.row())
        if table != "sales":
            event = line.row() | {"at": AT, "kind": "line", "outcome": "opened", "attempt": 0}
            kept["retry_ledger"].append(event)
    return {
        table: pl.DataFrame(
            [{name: row.get(name) for name in TABLES[table]} for row in rows], schema=TABLES[table]
        )
        for table, rows in kept.items()
    }


def _batch(lines: tuple[Line, ...], files: list[lake.NewFile]) -> lake.Batch:
    """What the commit records, summed from the lines."""
    read = pl.DataFrame(
        [line.row() for line in lines],
        schema={
            "manifest": pl.String,
            "accounting_period": pl.String,
            "currency": pl.String,
            "status": pl.String,
            "amount": pl.Decimal(38, 18),
        },
    ).with_columns(pl.col("currency").fill_null(""))
    delivery = ["manifest", "accounting_period"]
    totals = [
        pl.len().alias("lines"),
        pl.col("amount").sum(),
        pl.col("amount").null_count().alias("unreadable_lines"),
    ]
    described = {"source": "canonical", "title": "Canonical", "path": "july.csv", "control": "{}"}
    manifests = read.group_by(delivery).agg(pl.len().alias("lines"))
    return lake.Batch(
        files=files,
        manifests=manifests.with_columns(
            *(pl.lit(text).alias(name) for name, text in described.items()),
            pl.lit(1_000).alias("bytes"),
            pl.lit(0).alias("resynchronised"),
            pl.lit("{}").alias("by_method"),
            pl.lit("{}").alias("by_fault"),
        ),
        reported=read.group_by(*delivery, "currency").agg(totals),
        sums=read.group_by(*delivery, "currency", "status").agg(totals),
        control=pl.DataFrame([ACCEPTED], schema=lake.CONTROL, orient="row"),
        endings=pl.DataFrame(ENDED, schema=lake.ENDINGS, orient="row").join(
            manifests, on=delivery, how="semi"
        ),
    )
