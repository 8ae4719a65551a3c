"""Framed text in UTF-8, from whose bytes cells are told: as text, as numbers, and as the same."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import decimals
from pipeline.read import framing
from pipeline.read.dialect import Dialect
from pipeline.read.framing import Frame, Units

Flags = NDArray[np.bool_]
Numbers = NDArray[np.uint32]
Places = NDArray[np.int64]
Keys = NDArray[np.uint64]

_SIDE_BYTES = 2**16
"""Room for the text of cells whose quotes or escapes are resolved; made as large as it must be."""


@dataclass(frozen=True)
class Text:
    """Records as text in UTF-8.

    Attributes:
        units: the text.
        frame: its records.
        dialect: how it is read.
    """

    units: Units
    frame: Frame
    dialect: Dialect

    @classmethod
    def of(cls, text: bytes, dialect: Dialect, width: int) -> "Text":
        """Text framed, all records of it that close, however long."""
        units = np.frombuffer(text, dtype=np.uint8)
        plain = replace(dialect, encoding="utf-8")
        return cls(units, framing.frame(units, plain, width, final=True, limit=len(units)), plain)

    @cached_property
    def torn(self) -> Flags:
        """The records that have no cells."""
        return np.isin(self.frame.verdicts, framing.TORN)

    def columns(self, cells: Sequence[int], rows: Numbers, blank: Flags) -> list[pl.Series]:
        """Some cells of some records as String, quotes and escapes resolved.

        Args:
            cells: their places.
            rows: the records'.
            blank: records that are told as "".
        """
        import pyarrow as pa

        from pipeline.read import kernel_cells

        frame, marks = self.frame, framing.marks_of(self.dialect)
        places = np.array(cells, dtype=np.int64)
        views = np.empty((len(places), len(rows), 2), dtype=np.uint64)
        side = np.empty(_SIDE_BYTES, dtype=np.uint8)
        while True:
            size = kernel_cells.views(
                *(self.units, frame.starts, frame.cells, blank, rows, places, marks, views, side)
            )
            if size <= len(side):
                break
            side = np.empty(size, dtype=np.uint8)
        # The text itself is not copied: see the Arrow columnar format, variable-size binary views.
        held = [pa.py_buffer(self.units), pa.py_buffer(side)]
        arrays = (
            pa.Array.from_buffers(pa.string_view(), len(rows), [None, pa.py_buffer(own), *held])
            for own in views
        )
        return [pl.Series(pl.from_arrow(array)) for array in arrays]

    def kinds(self, cells: Places, seeds: Keys) -> tuple[Numbers, Numbers, Keys]:
        """Records told apart by the bytes of some cells.

        Args:
            cells: their places, ascending.
            seeds: two words that no sender can know.

        Returns:
            The first record of each kind and the number of each record's, both in the order of
            first appearance; and of each kind 128 bits of hash, by which it is known elsewhere.
            Torn ones are one kind.
        """
        from pipeline.read import kernel_distinct

        frame, count = self.frame, len(self.frame.starts)
        runs = np.split(cells, np.flatnonzero(np.diff(cells) != 1) + 1)
        spans = np.array([(run[0], run[-1]) for run in runs], dtype=np.int64)
        numbers, firsts = np.empty(count, dtype=np.uint32), np.empty(count, dtype=np.uint32)
        hashes = np.empty((count, 2), dtype=np.uint64)
        table = np.empty(kernel_distinct.table_size(count), dtype=np.uint32)
        found = kernel_distinct.distinct(
            *(self.units, frame.starts, frame.cells, self.torn, spans, seeds),
            *(hashes, table, numbers, firsts),
        )
        # Not a view: it would keep the room for all records.
        return firsts[:found], numbers, hashes[:found].copy()

    def decimals(self, place: int, dtype: pl.Decimal, blank: Flags) -> tuple[pl.Series, Flags]:
        """One cell of each record as a number, and which are plain decimals; others are 0.

        A plain decimal has an optional sign, up to twelve digits, and after a point no more than
        the scale.
        """
        from pipeline.read import kernel_decimals

        frame, (quote, _) = self.frame, framing.marks_of(self.dialect)
        powers = np.array([10**power for power in range(dtype.scale + 1)], dtype=np.uint64)
        numbers = np.empty((len(frame.starts), 2), dtype=np.uint64)
        plain = np.empty(len(frame.starts), dtype=np.bool_)
        kernel_decimals.decimals(
            *(self.units, frame.starts, frame.cells, blank, place, quote, powers, numbers, plain)
        )
        return decimals.of_words(numbers.reshape(-1), dtype), plain
