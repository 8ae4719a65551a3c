"""The lines of a part, from which the first stage takes the cells that it needs."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.faults import route
from pipeline.flow.kinds import UNKNOWN, Kinds, Numbers
from pipeline.flow.registry import Distinct, distinct
from pipeline.read.delimited import FAULT_OF, Part
from pipeline.read.dsrf import DsrfPart

VERDICT_SETS = np.zeros(max(FAULT_OF) + 1, dtype=np.uint32)
for _code, _fault in FAULT_OF.items():
    VERDICT_SETS[_code] = route.BIT[_fault]


class PartLines(Protocol):
    """The lines of a part, of which no more cells are made text than are asked for.

    Attributes:
        places: `line`, `offset` and `length`.
        sets: the structural faults of each line.
    """

    places: list[pl.Series]
    sets: NDArray[np.uint32]

    def cells(self, names: Sequence[str], rows: NDArray[np.uint32] | None = None) -> pl.DataFrame:
        """Some cells of some lines; of all where None."""
        ...

    def distinct(self, names: Sequence[str], seen: Kinds) -> tuple[Distinct, Numbers]:
        """The kinds of rows of some columns, and which of them each line holds.

        Args:
            names: the columns.
            seen: kinds whose text is known from other parts.
        """
        ...

    def decimals(self, name: str, dtype: pl.Decimal) -> tuple[pl.Series, NDArray[np.bool_]] | None:
        """See `Records.decimals`; None where nothing is gained by it."""
        ...


class Delimited:
    """The lines of a part of a delimited report."""

    def __init__(self, part: Part) -> None:
        """The lines of a part, nothing of them read yet."""
        starts, ends = part.borders()
        self.places = [
            pl.Series("line", part.frame.lines + part.first_line, dtype=pl.UInt64),
            pl.Series("offset", starts + part.offset, dtype=pl.UInt64),
            pl.Series("length", ends - starts, dtype=pl.UInt32),
        ]
        self._records = part.records()
        self.sets = VERDICT_SETS[self._records.verdicts]

    def cells(self, names: Sequence[str], rows: NDArray[np.uint32] | None = None) -> pl.DataFrame:
        """Some cells of some lines; of all where None."""
        return self._records.cells(names, rows)

    def distinct(self, names: Sequence[str], seen: Kinds) -> tuple[Distinct, Numbers]:
        """See `PartLines`. Most of what a part names, those before it have named in these bytes."""
        if not names:
            return _by_text(self.places[0].to_frame(), names)
        firsts, numbers, keys = self._records.kinds(names, seen.seeds)
        new = np.arange(len(firsts))
        if keys is not None:
            new = np.flatnonzero(seen.find(keys) == UNKNOWN)
        rows, places = distinct(self._records.cells(names, firsts[new]), names)
        return Distinct(rows, places, new, keys), numbers

    def decimals(self, name: str, dtype: pl.Decimal) -> tuple[pl.Series, NDArray[np.bool_]]:
        """See `Records.decimals`."""
        return self._records.decimals(name, dtype)


class Flat:
    """The lines of a part of a DSR flat file, whose cells are text already."""

    def __init__(self, part: DsrfPart) -> None:
        """The lines of a part, read."""
        frame = part.frame()
        self.places = [frame[f"_{name}"].alias(name) for name in ("line", "offset", "length")]
        self.sets = route.sets_of_names(frame["_fault"])
        self._frame = frame.drop("_line", "_offset", "_length", "_fault", "_raw")

    def cells(self, names: Sequence[str], rows: NDArray[np.uint32] | None = None) -> pl.DataFrame:
        """Some cells of some lines; of all where None."""
        cells = self._frame.select(names)
        return cells if rows is None else cells[rows]

    def distinct(self, names: Sequence[str], _seen: Kinds) -> tuple[Distinct, Numbers]:
        """See `PartLines`; its cells are text already."""
        return _by_text(self._frame, names)

    def decimals(self, _name: str, _dtype: pl.Decimal) -> None:
        """Nothing: the cells are text already."""


def _by_text(cells: pl.DataFrame, names: Sequence[str]) -> tuple[Distinct, Numbers]:
    """Rows told apart by what they say alone."""
    rows, numbers = distinct(cells, names)
    return Distinct(rows, np.arange(rows.height, dtype=np.uint32), np.arange(rows.height)), numbers


def lines_of(part: Part | DsrfPart) -> PartLines:
    """The lines of a part of either kind."""
    return Delimited(part) if isinstance(part, Part) else Flat(part)
