"""Distinct rows whose text goes to parquet as the numbers that it has in memory.

Lines hold one distinct row each. To gather the text of every line, only for a writer to find out
again which texts are the same, costs a third more than to hand it their numbers.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pyarrow as pa

Codes = NDArray[np.int32]
Numbers = NDArray[np.uint32]
Bits = NDArray[np.uint8]


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
    def of(cls, column: pl.Series, codes: Codes) -> "_Words":
        """The numbers of a column's texts, written to `codes`."""
        values = column.drop_nulls().unique(maintain_order=True)
        numbers = pl.Series(range(len(values)), dtype=pl.Int32)
        own = column.replace_strict(values, numbers, default=-1, return_dtype=pl.Int32)
        codes[:] = own.to_numpy()
        return cls(codes, values)


@dataclass(frozen=True)
class _Plain:
    """A column of numbers or dates as they lie in memory.

    Attributes:
        values: of each row; of a null anything.
        known: whether each is not null; None where all are.
        kind: an empty column of its type.
    """

    values: NDArray[Any]
    known: NDArray[np.bool_] | None
    kind: pl.Series

    @classmethod
    def of(cls, column: pl.Series) -> "_Plain":
        values = column.to_physical().fill_null(0).to_numpy()
        known = column.is_not_null().to_numpy() if column.null_count() else None
        return cls(values, known, column.clear())

    def taken(self, numbers: Numbers) -> "pa.Array":
        """Those of lines."""
        import pyarrow as pa

        kind = self.kind.to_arrow().type
        if self.known is not None and not self.known.any():
            return pa.nulls(len(numbers), kind)
        known = None if self.known is None else np.packbits(self.known[numbers], bitorder="little")
        return _array(kind, self.values[numbers], known)


@dataclass(frozen=True)
class Coded:
    """Distinct rows, such as identities, by their numbers.

    Attributes:
        rows: all their columns.
        words: those of text.
        codes: the numbers of their texts, by column in the order of `words`, and row.
    """

    rows: pl.DataFrame
    words: dict[str, _Words]
    codes: Codes

    @classmethod
    def of(cls, rows: pl.DataFrame) -> "Coded":
        """Rows with their text numbered."""
        texts = [name for name, dtype in rows.schema.items() if dtype == pl.String]
        codes = np.empty((len(texts), rows.height), dtype=np.int32)
        words = {name: _Words.of(rows[name], own) for name, own in zip(texts, codes, strict=True)}
        return cls(rows, words, codes)

    @property
    def height(self) -> int:
        """How many there are."""
        return self.rows.height

    @cached_property
    def _plain(self) -> dict[str, _Plain]:
        """The columns of numbers and dates."""
        fixed = [
            name
            for name, dtype in self.rows.schema.items()
            if dtype.is_numeric() or dtype.is_temporal()
        ]
        return {name: _Plain.of(self.rows[name]) for name in fixed}

    def gathered(self, numbers: Numbers, columns: Iterable[str]) -> dict[str, "pa.Array"]:
        """Some columns of lines, text by dictionary.

        Args:
            numbers: the row that each line holds.
            columns: of `rows`; text, numbers and dates.
        """
        asked = list(columns)
        found = self._texts(numbers, [name for name in asked if name in self.words])
        found |= {name: self._plain[name].taken(numbers) for name in asked if name in self._plain}
        return {name: found[name] for name in asked}

    def _texts(self, numbers: Numbers, columns: Sequence[str]) -> dict[str, "pa.Array"]:
        """Text of lines, no more of it than they hold."""
        import pyarrow as pa

        filled = [name for name in columns if len(self.words[name].values)]
        found = dict.fromkeys(columns, pa.nulls(len(numbers), pa.large_string()))
        for name, (own, known, kept) in zip(filled, self._numbered(numbers, filled), strict=True):
            if len(kept):
                # `gather` would turn the numbers into polars' own first, at three times the cost.
                values = self.words[name].values[kept].to_arrow()
                indices = _array(pa.int32(), own, known)
                found[name] = pa.DictionaryArray.from_arrays(indices, values, safe=False)
        return found

    def _numbered(
        self, numbers: Numbers, columns: Sequence[str]
    ) -> Iterator[tuple[Codes, Bits | None, Numbers]]:
        """The texts of lines by column.

        Yields:
            The new number of each line's text, bits that tell where it is not null (None where it
            never is), and the old number of each new one.
        """
        from pipeline.flow import kernel_coded

        width, lines = len(columns), len(numbers)
        places, rows = (np.empty(size, dtype=np.uint32) for size in (lines, self.height))
        slots = np.full(self.height, -1, dtype=np.int32)
        rows = rows[: kernel_coded.distinct(numbers, slots, places, rows)]
        chosen = np.array([[*self.words].index(name) for name in columns], dtype=np.int64)
        # No column has more texts than there are rows.
        slots.fill(-1)
        own = np.empty((width, len(rows)), dtype=np.int32)
        kept = np.empty((width, len(rows)), dtype=np.uint32)
        texts, nulls = (np.empty(width, dtype=np.int64) for _ in "ab")
        kernel_coded.renumber(self.codes, chosen, rows, slots, own, kept, texts, nulls)
        found = np.empty((width, lines), dtype=np.int32)
        known = np.empty((width, -(-lines // kernel_coded.BITS)), dtype=np.uint8)
        kernel_coded.spread(places, own, nulls, found, known)
        for place in range(width):
            yield (
                found[place],
                known[place] if nulls[place] else None,
                kept[place, : texts[place]],
            )


def _array(kind: "pa.DataType", values: NDArray[Any], known: Bits | None) -> "pa.Array":
    """An array over values in memory; bits tell which are not null, None that none is."""
    import pyarrow as pa

    bits = None if known is None else pa.py_buffer(known)
    return pa.Array.from_buffers(kind, len(values), [bits, pa.py_buffer(values)])
