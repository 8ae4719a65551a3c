"""The cells of the records of one family in a DSR flat file, and which of them cannot be read."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.read.dsrf_lines import Codes, Lines, Positions, take
from pipeline.read.dsrf_records import Records
from pipeline.read.dsrf_standard import standard
from pipeline.read.dsrf_types import FIRST_FAMILY
from pipeline.vocab import Fault

FAULTS: Final = (None, Fault.BAD_ENCODING, Fault.FIELD_COUNT)
SOUND, GARBLED, SHIFTED = range(3)
"""Places in `FAULTS`, the graver the higher."""

_ESCAPES = (("\0", "\0n"), ("\\\\", "\0b"), ("\\|", "\0p"))
"""Escapes, and NUL itself, wait as NUL and a letter, so that none is mistaken for another."""
_ROW = "_row"
_PAD = "_pad"


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

    def cell(self, name: str) -> pl.Series:
        """A cell of each record; null where no layout of the family has it."""
        if name in self.cells.columns:
            return self.cells[name]
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(self.at))


def family_in(lines: Lines, records: Records, family: str, wanted: Collection[str]) -> Family:
    """The records of a family, with those of the wanted cells that some layout of it has.

    A record whose number of cells is not its layout's is `SHIFTED`, unless it has more that are
    all blank and the file's records all have as many; one with bytes that are not text is
    `GARBLED`, U+FFFD in their place (what that does to a line its cells decide). A family of `""`
    has no records.
    """
    at = lines.of(family)
    fault = np.where(lines.garbled[at], GARBLED, SOUND).astype(np.uint8)
    chosen = [name for name in records.columns_of(family) if name in wanted]
    frames = [pl.DataFrame(schema={_ROW: pl.Int64(), **dict.fromkeys(chosen, pl.String())})]
    frames += _frames(lines, records, at, fault, wanted)
    # The first is empty; with one other there is nothing to merge.
    cells = frames[-1] if len(frames[1:]) <= 1 else pl.concat(frames, how="diagonal").sort(_ROW)
    place = np.full(len(at), -1, dtype=np.int64)
    place[cells[_ROW].to_numpy()] = np.arange(cells.height)
    return Family(at, gather(cells.drop(_ROW), place), fault)


def _frames(
    lines: Lines, records: Records, at: Positions, fault: Codes, wanted: Collection[str]
) -> Iterator[pl.DataFrame]:
    """The cells of the records of each layout and width; the others are marked as shifted."""
    tabs, layout = lines.tabs(at), lines.layout[at]
    for number in np.unique(layout):
        names = records.layouts[records.types[number]]
        mine = layout == number
        padded = mine & (tabs == records.width) & (len(names) < records.width)
        exact = mine & (tabs == len(names))
        fault[mine & ~exact & ~padded] = SHIFTED
        if (rows := np.flatnonzero(exact)).size:
            yield _cells(lines, at, rows, names, wanted)
        if (rows := np.flatnonzero(padded)).size:
            yield _unpadded(lines, at, rows, (names, records.width), wanted, fault)


def gather(frame: pl.DataFrame, places: Positions) -> pl.DataFrame:
    """The rows at some places, all null where the place is -1."""
    if not frame.width:
        return frame
    if len(places) == frame.height and bool(np.all(places == np.arange(frame.height))):
        return frame
    wanted = pl.Series(places)
    return frame.select(pl.all().gather(wanted.set(wanted == -1, None)))


def _unpadded(
    lines: Lines,
    at: Positions,
    rows: NDArray[np.int64],
    layout: tuple[tuple[str, ...], int],
    wanted: Collection[str],
    fault: Codes,
) -> pl.DataFrame:
    """Padded records as `_cells`; where a cell beyond the layout says something, it is shifted."""
    names, width = layout
    pads = tuple(f"{_PAD}{place}" for place in range(len(names), width))
    cells = _cells(lines, at, rows, (*names, *pads), {*wanted, *pads})
    blank = cells.select(pl.all_horizontal(pl.col(name).is_null() for name in pads)).to_series()
    fault[rows[~blank.to_numpy()]] = SHIFTED
    return cells.filter(blank).drop(pads)


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
    family = lines.families[lines.family[at[rows[0]]] - FIRST_FAMILY]
    several = standard().several.get(family, frozenset())
    escaped = chosen if b"\\" in payload else []
    listed = several.intersection(chosen) if b"|" in payload else frozenset()
    values = [_values(name, several) for name in escaped if _holds(frame[name], "\\")]
    done = {value.meta.output_name() for value in values}
    values += [_listed(name) for name in sorted(listed - done)]
    return frame.with_columns(*values, pl.Series(_ROW, rows))


def _holds(cells: pl.Series, mark: str) -> bool:
    """Whether some cell has a mark."""
    return bool(cells.str.contains(mark, literal=True).any())


def _listed(name: str) -> pl.Expr:
    """A cell without escapes, several values listed."""
    return pl.col(name).str.replace_all("|", ", ", literal=True)


def _values(name: str, several: Collection[str]) -> pl.Expr:
    """A cell without escapes (a backslash before | or another), several values listed."""
    cell = pl.col(name)
    for written, waiting in _ESCAPES:
        cell = cell.str.replace_all(written, waiting, literal=True)
    if name in several:
        cell = cell.str.replace_all("|", ", ", literal=True)
    for (_, waiting), value in zip(_ESCAPES, ("\0", "\\", "|"), strict=True):
        cell = cell.str.replace_all(waiting, value, literal=True)
    return cell
