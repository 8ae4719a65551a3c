"""Lists that people ask for: decisions, learned spellings, recordings that are to be created."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.money import sum_text
from pipeline.errors import UsageError
from pipeline.flow.review_queue import STATES, queue
from pipeline.flow.review_sheet import write_sheet
from pipeline.flow.rulings import standing, with_undone
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Decision

_TO_CREATE = (
    "isrc", "gtin", "title", "version", "artist", "release_title", "label", "release_date",
    "duration_s", "catalog_number",
)  # fmt: skip


def decisions(home: Path, settings: Settings, *, every: bool = False) -> list[dict[str, Any]]:
    """Decisions, the latest first: those that stand, or every one with what undid it.

    Args:
        home: the home folder.
        settings: its settings.
        every: whether those undone, and what undid them, are listed too.
    """
    rows = with_undone(lake.decisions(home, settings))
    told = rows if every else standing(rows)
    return told.sort("decided_at", "decision_id", descending=[True, False]).to_dicts()


def aliases(home: Path, settings: Settings) -> list[dict[str, Any]]:
    """Spellings of artists that decisions taught: decision_id, artist, alias, origin, who, when."""
    rows = standing(lake.decisions(home, settings)).filter(kind=Decision.ALIAS.value)
    return rows.select(
        "decision_id",
        "artist",
        pl.col("value").alias("alias"),
        "origin",
        "decided_by",
        "decided_at",
    ).to_dicts()


def missing(home: Path, settings: Settings) -> pl.DataFrame:
    """Recordings and releases to create in the catalog, one row per identifier, heaviest first.

    What several reports say differently of one identifier is told as the heaviest row says it.
    Columns: level, the identifiers and words as reported, lines, money, queue_ids.
    """
    found = queue(home, settings).rows
    rows = found.filter(state=STATES[Decision.MISSING.value])
    grouped = rows.group_by("bound_to", "key_source", "value", "level", maintain_order=True)
    told = grouped.agg(
        *(pl.col(name).drop_nulls().first() for name in _TO_CREATE),
        pl.col("lines").sum(),
        pl.col("money").explode(),
        pl.col("queue_id").alias("queue_ids"),
    )
    return told.select("level", *_TO_CREATE, "lines", "money", "queue_ids")


def write(rows: pl.DataFrame, path: Path) -> None:
    """Write the recordings to create to a new workbook or CSV file, identifiers as text.

    A CSV cannot say what is text: there a cell that a spreadsheet would take for a formula begins
    with an apostrophe.

    Raises:
        UsageError: the file is there already, or is neither.
    """
    suffix = path.suffix.lower()
    if suffix not in {".xlsx", ".csv"}:
        raise UsageError(f"{path} is neither workbook nor CSV", "name a .xlsx or .csv file")
    if path.exists():
        raise UsageError(f"{path} is there already", "name a new file")
    columns = ("level", *_TO_CREATE, "lines", "money")
    cells = _written(rows)
    if suffix == ".xlsx":
        write_sheet(path, "missing", columns, cells)
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL)
        writer.writerow(columns)
        writer.writerows([_inert(cell) for cell in row] for row in cells)


def _written(rows: pl.DataFrame) -> Iterator[list[str]]:
    for row in rows.iter_rows(named=True):
        money = ", ".join(f"{sum_text(one['amount'])} {one['currency']}" for one in row["money"])
        told = ["" if row[name] is None else str(row[name]) for name in ("level", *_TO_CREATE)]
        yield [*told, str(row["lines"]), money]


def _inert(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
