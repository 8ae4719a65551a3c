"""The cells of framed records: polars reads what is plain, the few others are rewritten for it."""

import codecs
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.read import framing
from pipeline.read.dialect import Dialect
from pipeline.read.encoding import owners, spoiled
from pipeline.read.scalar import CR, LF, split_record

Verdicts = NDArray[np.uint8]
Borders = NDArray[np.int64]

_HAS_CELLS = (framing.SOUND, framing.CELLS_PADDED)


@dataclass
class Records:
    """The framed records of a part, in bytes.

    Attributes:
        data: the part's bytes.
        starts: where each record begins.
        ends: one past each record's line end.
        verdicts: one code of `framing` each; `judge` adds BAD_ENCODING.
        loose: whether an unquoted cell holds a quote.
        dialect: how they are read.
        columns: names of the cells.
    """

    data: bytes
    starts: Borders
    ends: Borders
    verdicts: Verdicts
    loose: NDArray[np.bool_]
    dialect: Dialect
    columns: tuple[str, ...]

    def judge(self) -> None:
        """Mark the records with cells that hold bytes which are no text, or NUL."""
        records = spoiled(self.data, self.starts, self.ends, self.dialect)
        whole = np.isin(self.verdicts[records], _HAS_CELLS)
        self.verdicts[records[whole]] = framing.BAD_ENCODING

    def _rewritten(self) -> Borders:
        """The records that polars must not read as they stand."""
        special = (self.verdicts != framing.SOUND) | self.loose
        escape = self.dialect.escape
        if escape is not None:
            units = np.frombuffer(self.data, dtype=np.uint8)
            escaped = np.flatnonzero(units == ord(escape))
            special[owners(escaped, self.starts, self.ends)] = True
        return np.flatnonzero(special)

    def text(self) -> bytes:
        """UTF-8 text of as many sound records as there are records, none of them special."""
        count = len(self.starts)
        special = self._rewritten()
        gaps = np.flatnonzero(self.starts[1:] != self.ends[:-1]) + 1
        plain = self._with_line_feeds()
        whole = not len(special) and not len(gaps) and self.ends[-1] == len(plain)
        if whole and self.starts[0] == 0 and self.dialect.encoding == "utf-8":
            return plain
        breaks = np.unique(np.concatenate([[0], special, special + 1, gaps, [count]]))
        torn = self._plain([b""] * len(self.columns))
        instead = {
            at: torn if self.verdicts[at] in framing.TORN else self._plain(self.cells_of(at))
            for at in special.tolist()
        }
        source = memoryview(plain)
        pieces: list[bytes | memoryview] = []
        for first, after in zip(breaks[:-1].tolist(), breaks[1:].tolist(), strict=True):
            rewritten = instead.get(first)
            if rewritten is None:
                piece = source[self.starts[first] : self.ends[after - 1]]
                pieces.append(self._utf8(piece))
            else:
                pieces.append(rewritten)
        return b"".join(pieces)

    def _with_line_feeds(self) -> bytes:
        """The bytes with LF in place of each CR that ends a record alone: polars knows no CR."""
        unit = self.dialect.unit
        order = {"utf-16-le": "<u2", "utf-16-be": ">u2"}.get(self.dialect.encoding, "u1")
        if b"\r" not in self.data:
            return self.data
        units = np.frombuffer(self.data, dtype=order, count=len(self.data) // unit)
        last = np.minimum(self.ends // unit, len(units)) - 1
        alone = last[units[last] == CR]
        if not len(alone):
            return self.data
        units = units.copy()
        units[alone] = LF
        return units.tobytes() + self.data[len(units) * unit :]

    def _utf8(self, plain: memoryview) -> bytes | memoryview:
        if self.dialect.encoding == "utf-8":
            return plain
        return str(plain, self.dialect.encoding, "replace").encode()

    def cells_of(self, at: int) -> list[bytes]:
        """The cells of one record in UTF-8, bad bytes as U+FFFD; empty where it is torn."""
        width = len(self.columns)
        if self.verdicts[at] in framing.TORN:
            return [b""] * width
        raw = self.data[self.starts[at] : self.ends[at]]
        text = raw.decode(self.dialect.encoding, "replace").encode()
        cells = [bytes(cell) for cell in split_record(text, self.dialect).cells]
        return cells + [b""] * (width - len(cells))

    def _plain(self, cells: list[bytes]) -> bytes:
        """One record as plain text for polars."""
        quote = self.dialect.quote
        if quote is not None:
            mark = quote.encode()
            cells = [mark + cell.replace(mark, mark * 2) + mark for cell in cells]
        return self.dialect.delimiter.encode().join(cells) + b"\n"

    def cells(self) -> pl.DataFrame:
        """One row per record, all String; empty cells are "", and so are all of a torn record."""
        if not len(self.starts):
            return pl.DataFrame(schema=dict.fromkeys(self.columns, pl.String))
        cells = self._parsed()
        if cells is None or cells.height != len(self.starts):
            return self.by_hand()
        return cells

    def _parsed(self) -> pl.DataFrame | None:
        """The cells as polars reads them, None where it refuses the text."""
        text = self.text()
        if text.startswith(codecs.BOM_UTF8):
            # polars takes a byte order mark off any buffer: give it one to take.
            text = codecs.BOM_UTF8 + text
        try:
            return pl.read_csv(
                text,
                has_header=False,
                schema=dict.fromkeys(self.columns, pl.String),
                separator=self.dialect.delimiter,
                quote_char=self.dialect.quote,
                empty_string_is_null=False,
            )
        except pl.exceptions.PolarsError:
            return None

    def by_hand(self) -> pl.DataFrame:
        """The cells without polars' reader: slow, and right where its count is not ours."""
        rows = [
            [cell.decode("utf-8", "replace") for cell in self.cells_of(at)]
            for at in range(len(self.starts))
        ]
        return pl.DataFrame(rows, schema=dict.fromkeys(self.columns, pl.String), orient="row")
