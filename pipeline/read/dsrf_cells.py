"""The cells of the records of one family in a DSR flat file, and which of them cannot be read."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from pipeline.read.dsrf_lines import Codes, Lines, Positions, take
from pipeline.read.dsrf_records import MULTIPLE, Records
from pipeline.vocab import Fault

FAULTS: Final = (None, Fault.BAD_ENCODING, Fault.FIELD_COUNT)
SOUND, GARBLED, SHIFTED = range(3)
"""Places in `FAULTS`, the graver the higher."""

_ESCAPES = (("\0", "\0n"), ("\\\\", "\0b"), ("\\|", "\0p"))
"""Escapes, and NUL itself, wait as NUL and a letter, so that none is mistaken for another."""


@dataclass(frozen=True)
class Family:
    """The records of one family, in file order.

    Attributes:
        at: line of each record.
        cells: its wanted cells by name; all null where the record is `SHIFTED`.
        fault: a place in `FAULTS`.
    """

    at: Positions
    cells: pl.DataFrame
    fault: Codes


def family_in(lines: Lines, records: Records, family: str, wanted: Collection[str]) -> Family:
    """The records of a family, with those of the wanted cells that some layout of it has.

    A record whose number of cells is not its layout's is `SHIFTED`; one with bytes that are not
    text is `GARBLED`, U+FFFD in their place (what that does to a line its cells decide).
    """
    at = lines.of(family)
    fault = np.where(lines.garbled[at], GARBLED, SOUND).astype(np.uint8)
    chosen = [name for name in records.columns_of(family) if name in wanted]
    frames = [pl.DataFrame(schema={"_row": pl.Int64(), **dict.fromkeys(chosen, pl.String())})]
    for number, record_type in enumerate(records.types):
        names = records.layouts[record_type]
        mine = lines.layout[at] == number
        if not mine.any():
            continue
        fault[mine & (lines.tabs[at] != len(names))] = SHIFTED
        if (rows := np.flatnonzero(mine & (fault != SHIFTED))).size:
            frames.append(_cells(lines, at, rows, names, wanted))
    # The first is empty; with one other there is nothing to merge.
    cells = frames[-1] if len(frames[1:]) <= 1 else pl.concat(frames, how="diagonal").sort("_row")
    place = np.full(len(at), -1, dtype=np.int64)
    place[cells["_row"].to_numpy()] = np.arange(cells.height)
    return Family(at, gather(cells.drop("_row"), place), fault)


def gather(frame: pl.DataFrame, places: Positions) -> pl.DataFrame:
    """The rows at some places, all null where the place is -1."""
    if not frame.width:
        return frame
    if len(places) == frame.height and bool(np.all(places == np.arange(frame.height))):
        return frame
    wanted = pl.Series(places)
    return frame.select(pl.all().gather(wanted.set(wanted == -1, None)))


def _cells(
    lines: Lines, at: Positions, rows: Positions, names: tuple[str, ...], wanted: Collection[str]
) -> pl.DataFrame:
    """The wanted cells of the records in some rows of a family, `_row` naming each."""
    places = [place for place, name in enumerate(names) if name in wanted]
    chosen = [names[place] for place in places]
    payload = take(lines.text, lines.starts, at[rows])
    frame = pl.read_csv(
        payload,
        has_header=False,
        separator="\t",
        quote_char=None,
        schema={str(place): pl.String() for place in range(-1, len(names))},
        columns=[place + 1 for place in places],
    ).rename({str(place): names[place] for place in places})
    if b"\\" in payload or (b"|" in payload and MULTIPLE.intersection(chosen)):
        frame = frame.select(_values(name) for name in chosen)
    return frame.with_columns(pl.Series("_row", rows))


def _values(name: str) -> pl.Expr:
    """A cell without escapes (a backslash before | or another), several values listed."""
    cell = pl.col(name)
    for written, waiting in _ESCAPES:
        cell = cell.str.replace_all(written, waiting, literal=True)
    if name in MULTIPLE:
        cell = cell.str.replace_all("|", ", ", literal=True)
    for (_, waiting), value in zip(_ESCAPES, ("\0", "\\", "|"), strict=True):
        cell = cell.str.replace_all(waiting, value, literal=True)
    return cell
