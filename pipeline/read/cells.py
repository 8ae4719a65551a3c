"""The cells of framed records, as text for polars; the few that are no plain text by hand."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.read import framing
from pipeline.read.dialect import Dialect
from pipeline.read.encoding import spoiled
from pipeline.read.framing import Frame, Units
from pipeline.read.scalar import split_record

Verdicts = NDArray[np.uint8]
Borders = NDArray[np.int64]
Numbers = NDArray[np.uint32]

_HAS_CELLS = (framing.SOUND, framing.CELLS_PADDED)
_BY_HAND = 1_000
"""Records of a part with bytes that are no text: more are told with the whole part's text."""
_SIDE_BYTES = 2**16
"""Room for the text of cells whose quotes or escapes are resolved; made as large as it must be."""


@dataclass(frozen=True)
class _Text:
    """Records as text in UTF-8, in which their cells can be found.

    Attributes:
        units: the text, sound where a record is not among those by hand.
        frame: its records.
        dialect: how it is read.
    """

    units: Units
    frame: Frame
    dialect: Dialect


@dataclass(frozen=True)
class Records:
    """The framed records of a part, in bytes.

    Attributes:
        data: the part's bytes.
        starts: where each record begins.
        ends: one past each record's line end.
        frame: how they were framed, in code units.
        dialect: how they are read.
        columns: names of the cells.
    """

    data: Units
    starts: Borders
    ends: Borders
    frame: Frame
    dialect: Dialect
    columns: tuple[str, ...]

    @property
    def height(self) -> int:
        """How many."""
        return len(self.starts)

    @cached_property
    def verdicts(self) -> Verdicts:
        """One code of `framing` each: BAD_ENCODING where cells hold bytes that are no text."""
        verdicts = self.frame.verdicts.copy()
        records = spoiled(self.data, self.starts, self.ends, self.dialect)
        whole = np.isin(verdicts[records], _HAS_CELLS)
        verdicts[records[whole]] = framing.BAD_ENCODING
        return verdicts

    def cells(
        self, names: Sequence[str] | None = None, rows: Numbers | None = None
    ) -> pl.DataFrame:
        """Some cells of some records, all String: a row each, in the order asked for.

        Empty cells are "", and so are all of a torn record; bad bytes are U+FFFD.

        Args:
            names: the columns; all where None.
            rows: places of the records; all, in file order, where None.
        """
        wanted = self.columns if names is None else names
        chosen = np.arange(self.height, dtype=np.uint32) if rows is None else rows
        if not len(chosen):
            return pl.DataFrame(schema=dict.fromkeys(wanted, pl.String))
        frame = pl.DataFrame([self._column(name, chosen) for name in wanted])
        strange = np.flatnonzero(self._strange[chosen])
        if not len(strange):
            return frame
        places = [self.columns.index(name) for name in wanted]
        told = [self.by_hand(at) for at in chosen[strange].tolist()]
        return frame.with_columns(
            frame[name].scatter(strange, [cells[place] for cells in told])
            for name, place in zip(wanted, places, strict=True)
        )

    def distinct(self, names: Sequence[str]) -> tuple[pl.DataFrame, Numbers]:
        """The distinct rows of some columns as they stand, and which of them each record holds.

        Rows that say the same may be told apart, such as `a` and `"a"`.
        """
        from pipeline.read import kernel_cells

        text = self._text
        places = np.sort(np.array([self.columns.index(name) for name in names], dtype=np.int64))
        breaks = np.flatnonzero(np.diff(places) != 1) + 1
        runs = np.split(places, breaks)
        spans = np.array([(run[0], run[-1]) for run in runs], dtype=np.int64)
        seeds = np.array([secrets.randbits(64) for _ in range(2)], dtype=np.uint64)
        numbers = np.empty(self.height, dtype=np.uint32)
        firsts = np.empty(self.height, dtype=np.uint32)
        count = kernel_cells.distinct(
            text.units,
            text.frame.starts,
            text.frame.cells,
            self._torn,
            spans,
            seeds,
            numbers,
            firsts,
        )
        return self.cells(names, firsts[:count]), numbers

    def decimals(self, name: str, dtype: pl.Decimal) -> tuple[pl.Series, NDArray[np.bool_]]:
        """A cell of each record as a number, and which of them are plain decimals; others are 0.

        A plain decimal has an optional sign, up to twelve digits, and after a point no more than
        the scale.
        """
        import pyarrow as pa

        from pipeline.read import kernel_decimals

        text, place = self._text, self.columns.index(name)
        quote, _ = framing.marks_of(text.dialect)
        powers = np.array([10**place for place in range(dtype.scale + 1)], dtype=np.uint64)
        numbers = np.empty((self.height, 2), dtype=np.uint64)
        plain = np.empty(self.height, dtype=np.bool_)
        frame = text.frame
        kernel_decimals.decimals(
            *(text.units, frame.starts, frame.cells, self._blank, place, quote, powers),
            *(numbers, plain),
        )
        arrow = pa.decimal128(dtype.precision, dtype.scale)
        buffers = [None, pa.py_buffer(numbers)]
        array = pa.Array.from_buffers(arrow, self.height, buffers)
        return pl.Series(name, pl.from_arrow(array)), plain

    @cached_property
    def _blank(self) -> NDArray[np.bool_]:
        """The records whose cells are not in the text."""
        return self._torn | self._strange

    @cached_property
    def _torn(self) -> NDArray[np.bool_]:
        return np.isin(self.frame.verdicts, framing.TORN)

    @cached_property
    def _strange(self) -> NDArray[np.bool_]:
        """The records that are told by hand."""
        if self._text.units is not self.data:
            return np.zeros(self.height, dtype=np.bool_)
        strange: NDArray[np.bool_] = self.verdicts == framing.BAD_ENCODING
        return strange

    @cached_property
    def _text(self) -> _Text:
        """The records as UTF-8: their own bytes if those are, else as they are decoded.

        Decoding changes no mark, and so no border; where records differ all the same, such as one
        that was too long, each is told by hand.
        """
        bad = np.count_nonzero(self.verdicts == framing.BAD_ENCODING)
        if self.dialect.encoding == "utf-8" and bad <= _BY_HAND:
            return _Text(self.data, self.frame, self.dialect)
        decoded = self.data.tobytes().decode(self.dialect.encoding, "replace")
        text = _framed(decoded.encode(), self.dialect, len(self.columns))
        if all(
            np.array_equal(own, other)
            for own, other in (
                (text.frame.verdicts, self.frame.verdicts),
                (text.frame.lines, self.frame.lines),
            )
        ):
            return text
        plain = b"".join(self._plain(self.by_hand(at)) for at in range(self.height))
        return _framed(plain, replace(self.dialect, escape=None), len(self.columns))

    def _column(self, name: str, rows: Numbers) -> pl.Series:
        """One cell of some records; empty where they are told by hand."""
        import pyarrow as pa

        from pipeline.read import kernel_cells

        text, place = self._text, self.columns.index(name)
        quote, escape = framing.marks_of(text.dialect)
        views = np.empty((len(rows), 2), dtype=np.uint64)
        side = np.empty(_SIDE_BYTES, dtype=np.uint8)
        frame = text.frame
        while True:
            size = kernel_cells.views(
                *(text.units, frame.starts, frame.cells, self._blank, rows, place, quote, escape),
                *(views, side),
            )
            if size <= len(side):
                break
            side = np.empty(size, dtype=np.uint8)
        buffers = [None, *(pa.py_buffer(held) for held in (views, text.units, side))]
        array = pa.Array.from_buffers(pa.string_view(), len(rows), buffers)
        return pl.Series(name, pl.from_arrow(array))

    def by_hand(self, at: int) -> list[str]:
        """The cells of one record, bad bytes as U+FFFD; empty where it is torn."""
        width = len(self.columns)
        if self._torn[at]:
            return [""] * width
        raw = self.data[self.starts[at] : self.ends[at]].tobytes()
        text = raw.decode(self.dialect.encoding, "replace").encode()
        cells = [bytes(cell).decode() for cell in split_record(text, self.dialect).cells]
        return cells + [""] * (width - len(cells))

    def _plain(self, cells: list[str]) -> bytes:
        """One record as text whose quotes are doubled."""
        quote = self.dialect.quote
        if quote is not None:
            cells = [quote + cell.replace(quote, quote * 2) + quote for cell in cells]
        return (self.dialect.delimiter.join(cells) + "\n").encode()


def _framed(text: bytes, dialect: Dialect, width: int) -> _Text:
    units = np.frombuffer(text, dtype=np.uint8)
    plain = replace(dialect, encoding="utf-8")
    frame = framing.frame(units, plain, width, final=True, limit=len(units))
    return _Text(units, frame, plain)
