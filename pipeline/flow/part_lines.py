"""The lines of a part, from which the first stage takes the cells that it needs."""

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.faults import route
from pipeline.flow.registry import distinct
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

    def distinct(self, names: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
        """See `registry.distinct`."""
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

    def distinct(self, names: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
        """Rows that differ in their bytes alone are few: those are told apart by what they say."""
        if not names:
            return distinct(self.places[0].to_frame(), names)
        rows, numbers = self._records.distinct(names)
        found, places = distinct(rows, names)
        return found, places.gather(numbers)

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

    def distinct(self, names: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
        """See `registry.distinct`."""
        return distinct(self._frame, names)

    def decimals(self, _name: str, _dtype: pl.Decimal) -> None:
        """Nothing: the cells are text already."""


def lines_of(part: Part | DsrfPart) -> PartLines:
    """The lines of a part of either kind."""
    return Delimited(part) if isinstance(part, Part) else Flat(part)
