"""Distinct rows whose values go to parquet as the numbers that they have in memory.

Lines hold one distinct row each. To gather the text of every line, only for a writer to find out
again which texts are the same, costs several times what it takes to write their numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.store.pages import Chunk, Distinct, coded, nothing

Codes = NDArray[np.int32]
Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class _Words:
    """A column as numbers.

    Attributes:
        codes: of each row, the place of its value among `values`; -1 where it is null.
        values: the distinct values, in the order of their first rows.
    """

    codes: Codes
    values: pl.Series

    @cached_property
    def texts(self) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
        """Where each text begins, and the last one ends, and the bytes of all."""
        _, begins, data = self.values.to_arrow().buffers()
        return np.frombuffer(begins, np.int64), np.frombuffer(data or b"", np.uint8)

    @classmethod
    def of(cls, column: pl.Series) -> "_Words":
        values = column.drop_nulls().unique(maintain_order=True)
        numbers = pl.Series(range(len(values)), dtype=pl.Int32)
        codes = column.replace_strict(values, numbers, default=-1, return_dtype=pl.Int32)
        return cls(codes.to_numpy(), values)

    def taken(self, rows: Codes, places: Codes) -> Chunk:
        """The values of lines, no more of them than they hold: `places` of some `rows`."""
        from pipeline.store import kernel_pages

        if not len(self.values):
            return nothing(len(places))
        order, own = np.empty(len(self.values), np.int32), np.empty(len(rows), np.int32)
        numbers = np.full(len(order), -1, dtype=np.int32)
        count = kernel_pages.renumber(self.codes, rows, numbers, order, own)
        return coded(own, places, Distinct(self._laid(order[:count]), count))

    def _laid(self, order: Codes) -> memoryview:
        """Some of the values, as a dictionary holds them."""
        from pipeline.store import kernel_pages

        if self.values.dtype != pl.String:
            return self.values.gather(order).to_physical().to_numpy().data
        begins, data = self.texts
        most = int((begins[1:] - begins[:-1])[order].sum()) + 4 * len(order)
        laid = np.empty(most, dtype=np.uint8)
        kernel_pages.texts(begins, data, order, laid)
        return laid.data


def texts(column: pl.Series) -> Chunk:
    """A column of text of which nothing is known."""
    if column.null_count() == len(column):
        return nothing(len(column))
    every = np.arange(len(column), dtype=np.int32)
    return _Words.of(column).taken(every, every)


@dataclass(frozen=True)
class Coded:
    """Distinct rows, such as identities, by their numbers.

    Attributes:
        rows: all their columns.
        words: those of text.
        others: those of numbers and days.
    """

    rows: pl.DataFrame
    words: dict[str, _Words]
    others: dict[str, _Words]

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Coded":
        """Rows with their values numbered."""
        texts = {name for name, dtype in rows.schema.items() if dtype == pl.String}
        others = {name for name, dtype in rows.schema.items() if not dtype.is_nested()} - texts
        words, numbers = (
            {name: _Words.of(rows[name]) for name in rows.columns if name in some}
            for some in (texts, others)
        )
        return cls(rows, words, numbers)

    @property
    def height(self) -> int:
        """How many there are."""
        return self.rows.height

    def taken(self, numbers: Numbers, columns: Iterable[str]) -> dict[str, Chunk]:
        """Some columns of lines, as they stand in a file.

        Args:
            numbers: the row that each line holds.
            columns: of `rows`; none of lists.
        """
        used = np.zeros(self.height, dtype=np.bool_)
        used[numbers] = True
        rows = np.flatnonzero(used).astype(np.int32)
        place = np.empty(self.height, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        places = place[numbers]
        known = self.words | self.others
        return {name: known[name].taken(rows, places) for name in columns}
