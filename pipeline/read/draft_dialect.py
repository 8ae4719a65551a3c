"""How an unknown delimited report is written, told from its first bytes: only ever a proposal."""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.read.dialect import Dialect

_DELIMITERS = "\t;,|"
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_MOST_BEFORE = 40
"""Physical lines before a header, at the most."""
_NUL_SHARE = 0.3
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_ASCII = "\x7f"
_NOT_IN_CP1252 = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_LEAST_WIDTH = 2


@dataclass(frozen=True)
class Layout:
    """What was made out of a report's beginning.

    Attributes:
        dialect: how it seems to be read.
        header: the cells of its header record.
        rows: the records below it that have as many cells, in order.
        regular: the share of records below the header that have as many cells.
    """

    dialect: Dialect
    header: tuple[str, ...]
    rows: Sequence[Sequence[str]]
    regular: float


def layout_of(head: bytes, *, whole: bool) -> Layout | None:
    """The layout of a report; None where no delimiter makes columns of it.

    Args:
        head: the report's first bytes, unpacked.
        whole: whether they are all of it: then lines after its table are a footer.
    """
    encoding = _encoding(head)
    text = head.decode(encoding, "ignore").removeprefix("\ufeff")
    lines = text.splitlines()
    lines = lines if whole or len(lines) == 1 else lines[:-1]
    found = [_columns(lines, mark, encoding, whole=whole) for mark in _DELIMITERS]
    likely = [one for one in found if one is not None]
    return max(likely, key=lambda one: (one.regular * len(one.header), one.regular), default=None)


def _encoding(head: bytes) -> str:
    """The encoding that a mark states, or that the bytes fit best."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    for encoding, odd in (("utf-16-le", 1), ("utf-16-be", 0)):
        half = head[odd::2]
        if half and half.count(0) / len(half) > _NUL_SHARE:
            return encoding
    text = head.decode("utf-8", "replace")
    bad = text.count(_REPLACEMENT)
    beyond = sum(1 for letter in text if letter > _ASCII) - bad
    # A few damaged bytes make no other encoding of a text whose letters read as UTF-8.
    if bad <= beyond:
        return "utf-8"
    return "latin-1" if any(byte in head for byte in _NOT_IN_CP1252) else "cp1252"


def _columns(lines: Sequence[str], mark: str, encoding: str, *, whole: bool) -> Layout | None:
    """The table that a delimiter makes of lines."""
    records = _records(lines, mark)
    widths = Counter(len(cells) for cells in records if len(cells) >= _LEAST_WIDTH)
    if not widths:
        return None
    width = max(widths, key=lambda size: (widths[size] * size, size))
    begin = next((at for at, cells in enumerate(records) if _is_header(cells, width)), None)
    if begin is None or begin > _MOST_BEFORE:
        return None
    below = records[begin + 1 :]
    last = max((at for at, cells in enumerate(below) if len(cells) == width), default=-1)
    footer = sum(1 for cells in below[last + 1 :] if cells) if whole else 0
    table = [cells for cells in below[: last + 1] if cells]
    rows = [cells for cells in table if len(cells) == width]
    dialect = Dialect(delimiter=mark, encoding=encoding, skip=begin, footer=footer)
    header = tuple(cell.strip() for cell in records[begin])
    return Layout(dialect, header, rows, len(rows) / len(table) if table else 1.0)


def _records(lines: Sequence[str], mark: str) -> list[list[str]]:
    """The cells of lines; those of a table that csv cannot read end it."""
    reader = csv.reader(io.StringIO("\n".join(lines), newline=""), delimiter=mark)
    records: list[list[str]] = []
    try:
        records.extend(reader)
    except csv.Error:
        return records
    return records


def _is_header(cells: Sequence[str], width: int) -> bool:
    """Whether cells may name columns: as many as there are, all different, none a number."""
    names = [cell.strip() for cell in cells]
    named = [name for name in names if name]
    words = all(any(letter.isalpha() for letter in name) for name in named)
    return len(names) == width and len(named) == width and len(set(named)) == width and words
