"""The cells of a part's records, whatever its encoding and the bytes in it."""

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
from pipeline.read.text import Flags, Keys, Numbers, Text

Verdicts = NDArray[np.uint8]
Borders = NDArray[np.int64]

_HAS_CELLS = (framing.SOUND, framing.CELLS_PADDED)


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
        places = [self.columns.index(name) for name in wanted]
        columns = self._text.columns(places, chosen, self._blank)
        strange = np.flatnonzero(self._strange[chosen])
        if len(strange):
            ranks = self._ranks[chosen[strange]]
            mended = self._mended.columns(places, ranks, self._mended.torn)
            columns = [
                one.scatter(strange, other) for one, other in zip(columns, mended, strict=True)
            ]
        return pl.DataFrame(dict(zip(wanted, columns, strict=True)))

    def kinds(self, names: Sequence[str], seeds: Keys) -> tuple[Numbers, Numbers, Keys | None]:
        """Which records hold the same bytes in some columns.

        Records that say the same may be told apart, such as `a` and `"a"`.

        Args:
            names: the columns.
            seeds: two words that no sender can know.

        Returns:
            The first record of each kind and the number of each record's, both in the order of
            first appearance; and 128 bits of hash for each kind, the same in every part of a
            report: None where a part may have been written out anew, and in another way.
        """
        places = sorted(self.columns.index(name) for name in names)
        firsts, numbers, keys = self._text.kinds(np.array(places, dtype=np.int64), seeds)
        return firsts, numbers, keys if self.dialect.encoding == "utf-8" else None

    def decimals(self, name: str, dtype: pl.Decimal) -> tuple[pl.Series, Flags]:
        """A cell of each record as a number: see `Text.decimals`."""
        values, plain = self._text.decimals(self.columns.index(name), dtype, self._blank)
        return values.alias(name), plain

    @cached_property
    def _text(self) -> Text:
        """The records as UTF-8: their own bytes, or as those are decoded."""
        if self.dialect.encoding == "utf-8":
            return Text(self.data, self.frame, self.dialect)
        decoded = self.data.tobytes().decode(self.dialect.encoding, "replace")
        text = Text.of(decoded.encode(), self.dialect, len(self.columns))
        return self._checked(text, np.arange(self.height), self.frame.lines)

    @cached_property
    def _mended(self) -> Text:
        """The strange records as UTF-8, U+FFFD for what is none."""
        places = np.flatnonzero(self._strange)
        text = b"".join(self._decoded(at) for at in places.tolist())
        mended = Text.of(text, self.dialect, len(self.columns))
        return self._checked(mended, places, mended.frame.lines)

    def _checked(self, text: Text, places: Borders, lines: Borders) -> Text:
        """Records as they were decoded, told by hand where they are not framed as they were.

        Decoding changes no mark, and so no border; but a record can be too long in one way alone.
        """
        verdicts = self.frame.verdicts[places]
        if np.array_equal(text.frame.verdicts, verdicts) and np.array_equal(
            text.frame.lines, lines
        ):
            return text
        plain = b"".join(self._plain(self.by_hand(at)) for at in places.tolist())
        return Text.of(plain, replace(self.dialect, escape=None), len(self.columns))

    @cached_property
    def _strange(self) -> Flags:
        """The records whose own bytes cannot be told as text."""
        verdicts: Flags = self.verdicts == framing.BAD_ENCODING
        return verdicts & (self.dialect.encoding == "utf-8")

    @cached_property
    def _ranks(self) -> Numbers:
        """The place of each strange record among them."""
        return (np.cumsum(self._strange) - 1).astype(np.uint32)

    @cached_property
    def _blank(self) -> Flags:
        """The records whose cells are not in the text."""
        return self._torn | self._strange

    @cached_property
    def _torn(self) -> Flags:
        return np.isin(self.frame.verdicts, framing.TORN)

    def _decoded(self, at: int) -> bytes:
        """One record as UTF-8."""
        raw = self.data[self.starts[at] : self.ends[at]].tobytes()
        return raw.decode(self.dialect.encoding, "replace").encode()

    def by_hand(self, at: int) -> list[str]:
        """The cells of one record, bad bytes as U+FFFD; empty where it is torn."""
        width = len(self.columns)
        if self._torn[at]:
            return [""] * width
        found = split_record(self._decoded(at), self.dialect)
        cells = [bytes(cell).decode() for cell in found.cells]
        return cells + [""] * (width - len(cells))

    def _plain(self, cells: list[str]) -> bytes:
        """One record as text whose quotes are doubled."""
        quote = self.dialect.quote
        if quote is not None:
            cells = [quote + cell.replace(quote, quote * 2) + quote for cell in cells]
        return (self.dialect.delimiter.join(cells) + "\n").encode()
