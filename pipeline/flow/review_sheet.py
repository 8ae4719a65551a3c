"""The queue as a workbook: out to a person, and back as decisions.

Every identifier is a cell of text, so that no spreadsheet turns a UPC into a number, and every
text is written as text, so that nothing a sender wrote is a formula.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.money import sum_text
from pipeline.errors import UsageError
from pipeline.flow.adjudicate import Adjudicated, decide, entries
from pipeline.flow.review_limits import limits
from pipeline.flow.review_queue import OPEN, queue
from pipeline.flow.review_words import Refusal, Word
from pipeline.settings import Settings
from pipeline.store import catalog
from pipeline.vocab import Decision

REPORTED = (
    "source", "isrc", "gtin", "dsp_asset_id", "catalog_number", "title", "version", "artist",
    "label", "release_title", "release_date", "duration_s", "sale_level",
)  # fmt: skip
ANSWERS = (
    "decision", "recording_id", "release_id", "territories", "valid_from", "valid_to", "reason",
)  # fmt: skip
CANDIDATES = 5
_SHOWN = ("queue_id", "queue_version", "lines", "money", "oldest")
COLUMNS = (
    *_SHOWN, *REPORTED, *(f"candidate_{n}" for n in range(1, CANDIDATES + 1)), *ANSWERS,
)  # fmt: skip
SHEET = "review"
_MOST_ROWS = 1_048_575
"""Rows below the header that a worksheet holds."""


@dataclass(frozen=True)
class Exported:
    """What was written: the file, and how many rows of the queue."""

    path: Path
    rows: int


def export(home: Path, settings: Settings, path: Path, *, by_artist: bool = False) -> Exported:
    """Write the open rows of the queue to a new workbook.

    Raises:
        UsageError: the file is there already, or is no .xlsx.
    """
    _refuse_path(path)
    rows = queue(home, settings, by_artist=by_artist).rows.filter(state=OPEN).head(_MOST_ROWS)
    told = _candidates(home, rows)
    write_sheet(path, SHEET, COLUMNS, (_cells(row, told) for row in rows.iter_rows(named=True)))
    return Exported(path, rows.height)


def _refuse_path(path: Path) -> None:
    if path.suffix.lower() != ".xlsx":
        raise UsageError(f"{path} is no workbook", "name a file that ends in .xlsx")
    if path.exists():
        raise UsageError(f"{path} is there already", "name a new file: it may hold decisions")


def write_sheet(
    path: Path, name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]
) -> None:
    """Write a workbook of one sheet whose every cell is text."""
    import xlsxwriter

    with xlsxwriter.Workbook(str(path)) as book:
        # The format keeps what a person types later, and a leading = or +, as text too.
        text = book.add_format({"num_format": "@", "quote_prefix": True})
        head = book.add_format({"bold": True, "num_format": "@"})
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(columns) - 1, 18, text)
        for place, column in enumerate(columns):
            sheet.write_string(0, place, column, head)
        for number, row in enumerate(rows, 1):
            for place, cell in enumerate(row):
                if cell:
                    sheet.write_string(number, place, cell, text)


def _candidates(home: Path, rows: pl.DataFrame) -> dict[str, str]:
    """Candidates in words, by id: the id first, since that is what a person copies."""
    ids = rows["candidates"].explode().drop_nulls().unique().sort().to_list()
    if not ids or catalog.current(home) is None:
        return {}
    parts = ("title", "version", "artist", "release_title", "isrc", "gtin")
    return {
        row["id"]: " | ".join([row["id"], *(str(row[name]) for name in parts if row[name])])
        for row in entries(home, ids)
    }


def _cells(row: Mapping[str, Any], told: Mapping[str, str]) -> list[str]:
    """A row of the queue as cells of text, its answers blank."""
    money = ", ".join(f"{sum_text(one['amount'])} {one['currency']}" for one in row["money"])
    oldest = f"{row['oldest_at']:%Y-%m-%d}"
    shown = [row["queue_id"], row["queue_version"], str(row["lines"]), money, oldest]
    candidates = [told.get(one, one) for one in row["candidates"][:CANDIDATES]]
    blank = [""] * (CANDIDATES - len(candidates) + len(ANSWERS))
    return [*shown, *reported_cells(row), *candidates, *blank]


def reported_cells(row: Mapping[str, Any]) -> list[str]:
    """What was reported, as cells of text."""
    return ["" if row[name] is None else str(row[name]) for name in REPORTED]


def take_in(
    home: Path, settings: Settings, at: datetime, path: Path, *, name: str, partial: bool = False
) -> Adjudicated:
    """Make the answers of a workbook standing decisions: all of them, or none.

    A row whose `decision` is blank is left open. Refused are rows that were decided or whose
    catalog changed since the export, that the queue does not know, whose reported cells were
    altered, or whose answer is none.

    Args:
        home: the home folder.
        settings: its settings.
        at: the run's clock reading, aware.
        path: the workbook.
        name: who says so.
        partial: whether the others count where some are refused.

    Raises:
        UsageError: it is no such workbook, or holds no answer, or one is refused.
    """
    rows = [row for row in _read(path) if row["decision"]]
    if not rows:
        raise UsageError(f"{path} holds no decision", "fill the column `decision` of some rows")
    known = {row["queue_id"]: row for row in queue(home, settings).rows.iter_rows(named=True)}
    answers = [_word(row, known.get(row["queue_id"])) for row in rows]
    words = [one for one in answers if isinstance(one, Word)]
    refusals = [one for one in answers if isinstance(one, Refusal)]
    if refusals and not (partial and words):
        told = "; ".join(map(str, refusals))
        raise UsageError(f"nothing of {path.name} was taken in: {told}", "export the queue again")
    done = decide(home, settings, at, words, name=name, partial=partial)
    every = (*refusals, *done.refusals)
    return Adjudicated(done.decisions, every, done.replay, done.released)


def _read(path: Path) -> list[dict[str, str]]:
    """The rows of a workbook as text, by column."""
    import python_calamine

    if not path.is_file():
        raise UsageError(f"there is no file {path}", "check the path")
    try:
        rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, OSError) as error:
        raise UsageError(f"{path} is no workbook: {error}", "save it as .xlsx") from error
    head = [str(cell).strip() for cell in rows[0]] if rows else []
    if lacking := [column for column in COLUMNS if column not in head]:
        raise UsageError(f"{path} lacks the column {lacking[0]}", "export the queue again")
    places = {column: head.index(column) for column in COLUMNS}
    return [{name: _text(row[place]) for name, place in places.items()} for row in rows[1:]]


def _text(cell: object) -> str:
    """A cell as text; spreadsheets turn what a person types into numbers and dates."""
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip() if not isinstance(cell, str) else cell


def _word(row: Mapping[str, str], known: Mapping[str, Any] | None) -> Word | Refusal:
    """A row's answer, or why it is none."""
    queue_id = row["queue_id"]
    if known is None:
        return Refusal(queue_id or "(no id)", "no such row waits: it was decided, or never was")
    given = [_plain(row[name]) for name in REPORTED]
    was = [_plain(cell) for cell in reported_cells(known)]
    altered = [
        name for name, cell, before in zip(REPORTED, given, was, strict=True) if cell != before
    ]
    if altered:
        return Refusal(queue_id, f"the cell {altered[0]} was altered")
    try:
        return _answer(row)
    except UsageError as error:
        return Refusal(queue_id, str(error))


def _plain(cell: str) -> str:
    """A cell without what spreadsheets change: kinds of white space, and control characters."""
    printable = "".join(sign if sign.isprintable() else " " for sign in cell)
    return " ".join(printable.split())


_KINDS = {
    kind.value: kind
    for kind in (Decision.ACCEPT, Decision.REJECT, Decision.MISSING, Decision.EXCLUDE)
}


def _answer(row: Mapping[str, str]) -> Word:
    """The word of a row that is what was exported.

    Raises:
        UsageError: it is none.
    """
    said = row["decision"].strip().lower()
    if said not in _KINDS:
        raise UsageError(f"{row['decision']!r} is no decision", f"one of {', '.join(_KINDS)}")
    return Word(
        queue_id=row["queue_id"],
        kind=_KINDS[said],
        version=row["queue_version"],
        recording_id=row["recording_id"].strip() or None,
        release_id=row["release_id"].strip() or None,
        limits=limits(row["territories"], row["valid_from"].strip(), row["valid_to"].strip()),
        reason=row["reason"].strip() or None,
    )
