"""Exact sums of lines, quantity and amount by key; see `kernel_sums`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import AMOUNT, DRIFT, QUANTITY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]

FIGURES = ("lines", "quantity", "amount")
SUMMED = 5
"""Words of them in a row of sums, before its key."""
_LINES, _UNITS, _MONEY, _KEY = 0, slice(1, 3), slice(3, 5), SUMMED
_SMALL = 2**10
"""Rows of a table that holds little."""


@dataclass(frozen=True)
class Sums:
    """Sums by key.

    Attributes:
        rows: of six words each, the last of which is the key; keys are distinct and ascending.
    """

    rows: Words

    @classmethod
    def joined(cls, parts: Sequence["Sums"]) -> "Sums":
        """The sums of several."""
        return joined(part.rows for part in parts)

    @property
    def keys(self) -> Ints:
        """Their keys."""
        return self.rows[:, _KEY].view(np.int64)

    def keyed(self, keys: Ints) -> "Sums":
        """The same under new keys, which may be the same for several."""
        rows = self.rows.copy()
        rows[:, _KEY] = keys.view(np.uint64)
        return joined([rows])

    def moved(self, step: int) -> "Sums":
        """The same under keys that are so much higher."""
        rows = self.rows.copy()
        rows[:, _KEY].view(np.int64)[:] += step
        return Sums(rows)

    def taken(self, chosen: Flags | Ints | slice) -> "Sums":
        """Some of them."""
        return Sums(self.rows[chosen])


class Table:
    """Sums by key that more lines may be added to."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.rows = np.zeros((_SMALL, _KEY + 1), dtype=np.uint64)
        self.used = np.zeros(1, dtype=np.int64)

    def reserve(self, keys: int) -> None:
        """Have room for so many keys more."""
        height = len(self.rows)
        while height // 2 < self.used[0] + keys:
            height *= 2
        if height > len(self.rows):
            before, self.rows = self.rows, np.zeros((height, _KEY + 1), dtype=np.uint64)
            self.used[0] = 0
            self._gather(before)

    def add(self, rows: Words) -> None:
        """Add sums; rows that count no line are left out."""
        self.reserve(int(np.count_nonzero(rows[:, _LINES])))
        self._gather(rows)

    def _gather(self, rows: Words) -> None:
        from pipeline.watch.kernel_sums import gather

        gather(np.ascontiguousarray(rows), self.rows, self.used)

    def sums(self) -> Sums:
        """What it holds."""
        rows = self.rows[self.rows[:, _LINES] != 0]
        return Sums(rows[np.argsort(rows[:, _KEY])])


def joined(parts: Iterable[Words]) -> Sums:
    """The sums of rows with keys, of which several may have the same."""
    table = Table()
    for rows in parts:
        table.add(rows)
    return table.sums()


@dataclass(frozen=True)
class Counts:
    """Sums of all lines of some cells, or groups of them, by the numbers of what they have.

    Attributes:
        cells: which they are.
        begins: where the sums of each begin, and where those of the last end.
        numbers: of each sum, distinct in its cell.
        figures: rows of `SUMMED` words at least.
    """

    cells: range
    begins: Ints
    numbers: Numbers
    figures: Words


def told(figures: Words) -> pl.DataFrame:
    """`lines`, `quantity` and `amount` of rows."""
    quantity = decimals(figures[:, _UNITS], QUANTITY.scale).cast(DRIFT["quantity"])
    amount = decimals(figures[:, _MONEY], AMOUNT.scale)
    lines = pl.Series("lines", figures[:, _LINES].view(np.int64))
    return pl.DataFrame([lines, quantity.alias("quantity"), amount.alias("amount")])


def decimals(words: Words, scale: int) -> pl.Series:
    """Decimals of 38 digits from pairs of words."""
    import pyarrow as pa

    buffers = [None, pa.py_buffer(words.tobytes())]
    array = pa.Array.from_buffers(pa.decimal128(AMOUNT.precision, scale), len(words), buffers)
    return pl.Series(array)
