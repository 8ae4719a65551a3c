"""Distinct rows whose text goes to parquet as the numbers that it has in memory.

Lines hold one distinct row each. To gather the text of every line, only for a writer to find out
again which texts are the same, costs a third more than to hand it their numbers.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Codes = NDArray[np.int32]
Numbers = NDArray[np.uint32]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class _Words:
    """A column of text as numbers.

    Attributes:
        codes: of each row, the place of its text among `values`; -1 where it is null.
        values: the distinct texts, in the order of their first rows.
    """

    codes: Codes
    values: pl.Series

    @classmethod
    def of(cls, column: pl.Series) -> "_Words":
        values = column.drop_nulls().unique(maintain_order=True)
        numbers = pl.Series(range(len(values)), dtype=pl.Int32)
        codes = column.replace_strict(values, numbers, default=-1, return_dtype=pl.Int32)
        return cls(codes.to_numpy(), values)

    def taken(self, rows: Places, places: Codes) -> "pa.Array":
        """The text of lines, no more of it than they hold: `places` of some `rows`."""
        import pyarrow as pa

        codes = self.codes[rows]
        held = np.zeros(len(self.values) + 1, dtype=np.bool_)
        held[codes] = True
        kept = np.flatnonzero(held[:-1])
        if not len(kept):
            return pa.nulls(len(places), pa.large_string())
        # A null stands in the last place, whatever number it gets there.
        renumbered = np.zeros(len(held), dtype=np.int32)
        renumbered[kept] = np.arange(len(kept), dtype=np.int32)
        nulls = (codes < 0)[places] if held[-1] else None
        numbers = pa.array(renumbered[codes][places], mask=nulls)
        return pa.DictionaryArray.from_arrays(numbers, self.values.gather(kept).to_arrow())


@dataclass(frozen=True)
class Coded:
    """Distinct rows, such as identities, by their numbers.

    Attributes:
        rows: all their columns.
        words: those of text.
    """

    rows: pl.DataFrame
    words: dict[str, _Words]

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Coded":
        """Rows with their text numbered."""
        texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
        return cls(rows, {name: _Words.of(rows[name]) for name in texts})

    @property
    def height(self) -> int:
        """How many there are."""
        return self.rows.height

    def gathered(self, numbers: Numbers, columns: Iterable[str]) -> dict[str, "pa.Array"]:
        """Some columns of lines, text by dictionary.

        Args:
            numbers: the row that each line holds.
            columns: of `rows`.
        """
        used = np.zeros(self.height, dtype=np.bool_)
        used[numbers] = True
        rows = np.flatnonzero(used)
        place = np.empty(self.height, dtype=np.int32)
        place[rows] = np.arange(len(rows), dtype=np.int32)
        places = place[numbers]
        return {
            name: self.words[name].taken(rows, places)
            if name in self.words
            else _gathered(self.rows[name], numbers)
            for name in columns
        }


def _gathered(column: pl.Series, numbers: Numbers) -> "pa.Array":
    import pyarrow as pa

    if column.null_count() == len(column):
        return pa.nulls(len(numbers), column.clear().to_arrow().type)
    return column.gather(numbers).to_arrow()
