"""The header record of a delimited report, read from its first bytes."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import islice

import polars as pl

from pipeline.contract import forms, money
from pipeline.read import encoding
from pipeline.read.containers import HEAD_BYTES
from pipeline.read.delimited import unique
from pipeline.read.dialect import Dialect
from pipeline.read.drift import likeness
from pipeline.read.profile_spec import Spec
from pipeline.read.signature import folded, match, own_names

MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LINE_END = re.compile("\r\n|\n|\r")
SAMPLED = 200
"""Records by which the form of a report is told."""
_SEVERAL = 2
_MOST_SHAPELESS = 0.2
"""Of the first records of a report without a header: damage stands in every report."""


@dataclass(frozen=True)
class Header:
    """The header that a report has for a profile.

    Attributes:
        dialect: how the report is read: its encoding, its preamble, the names of its columns.
        cells: the header's cells as they stand.
        rows: some records below it.
        difference: why the report is not of the profile's layout; nothing where it is.
        unknown: whether the report has columns that the profile does not know.
    """

    dialect: Dialect
    cells: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    difference: str
    unknown: bool

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, each another."""
        return self.dialect.columns or ()


def header(spec: Spec, head: bytes) -> Header:
    """The header among the lines where a profile has one: the first that fits, else the likest.

    Args:
        spec: a profile of a delimited report.
        head: the report's first bytes, unpacked.
    """
    dialect = marked(spec, head)
    if not dialect.header:
        return _headerless(spec, head, dialect)
    likest: Header | None = None
    best = -1.0
    for at in _places(spec, dialect):
        cells, *rows = _records(head, at)
        found = match(spec, cells)
        difference, like = found.difference(spec), likeness(spec, cells)
        if difference and like <= best:
            continue
        columns = unique(_as_wide(cells, rows))
        here = replace(at, columns=columns or None)
        likest = Header(here, cells, tuple(rows), difference, bool(found.unknown))
        best = like
        if not difference:
            break
    return likest or Header(dialect, (), (), "it has no header", unknown=False)


def _places(spec: Spec, dialect: Dialect) -> Iterator[Dialect]:
    """Where and how a report may write its header: by each delimiter, below each preamble."""
    for delimiter in spec.delimiters or (dialect.delimiter,):
        for skip in range(dialect.skip, dialect.skip + spec.preamble + 1):
            yield replace(dialect, delimiter=delimiter, skip=skip)


def numbered(spec: Spec, found: Header) -> Spec:
    """The profile with the one form of numbers that a report has, where its sender uses several.

    The first form by which the most amounts of the report's first records are numbers: `0,25` is
    none with a decimal point, nor `0.25` with a decimal comma.
    """
    names = spec.forms.get("number", ())
    if len(names) < _SEVERAL:
        return spec
    own = own_names(spec, found.columns)
    names_of_amount = spec.columns.get("amount", ())
    places = [found.columns.index(own[name]) for name in names_of_amount if name in own]
    cells = pl.Series([row[at] for row in found.rows for at in places if at < len(row)])
    amounts = cells.cast(pl.String).to_frame("cell")
    counts = {
        name: amounts.select(money.amount(forms.number(pl.col("cell"), name)).count()).item()
        for name in names
    }
    best = max(names, key=lambda name: counts[name])
    return replace(spec, forms={**spec.forms, "number": (best,)})


def header_of(head: bytes, dialect: Dialect) -> tuple[str, ...]:
    """The cells of the header record in a report's first bytes; none where it has none."""
    return _records(head, dialect)[0]


def marked(spec: Spec, head: bytes) -> Dialect:
    """The dialect with the encoding that a byte order mark states, else one that the head fits."""
    dialect = replace(spec.dialect, context=spec.context)
    for mark, name in MARKS.items():
        if head.startswith(mark):
            return replace(dialect, encoding=name)
    if not spec.encodings:
        return dialect
    return replace(dialect, encoding=encoding.fitting([head], spec.encodings))


def _records(head: bytes, dialect: Dialect) -> tuple[tuple[str, ...], ...]:
    """The header and `SAMPLED` records below it that the head holds whole, as far as csv reads."""
    return _read(head, replace(dialect, columns=None, header=True, footer=0, pad_short=False))


@lru_cache(maxsize=16)
def _read(head: bytes, dialect: Dialect) -> tuple[tuple[str, ...], ...]:
    """As `_records`; remembered: a report is held against all profiles, and many read it alike."""
    text = head.decode(dialect.encoding, "replace").removeprefix("\ufeff")
    for _ in range(dialect.skip):
        text = [*_LINE_END.split(text, maxsplit=1), ""][1]
    rows = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
    )
    kept = (tuple(row) for row in rows if row and not _is_aside(row, dialect))
    found: list[tuple[str, ...]] = []
    with suppress(csv.Error):
        found.extend(islice(kept, SAMPLED + 2))
    # The head may end within a record.
    is_cut = len(head) >= HEAD_BYTES and len(found) > 1
    whole = found[:-1] if len(found) > SAMPLED + 1 or is_cut else found
    return tuple(whole) or ((),)


def _is_aside(row: Sequence[str], dialect: Dialect) -> bool:
    """Whether a record is a comment, or context."""
    return row[0] in dialect.context or bool(dialect.comment and row[0].startswith(dialect.comment))


def _as_wide(cells: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The header's cells, with as many nameless ones at the right as every record has.

    Only where no record seen is as wide as the header, all are as wide as each other, and what
    stands there is blank: then the delimiters at the ends of lines part nothing.
    """
    widths = {len(row) for row in rows}
    named = len(cells)
    while named and not folded(cells[named - 1]):
        named -= 1
    if len(widths) != 1 or len(cells) in widths or not named:
        return list(cells)
    width = widths.pop()
    if width < named or any(cell.strip() for row in rows for cell in row[named:]):
        return list(cells)
    return [*cells[:named], *[""] * (width - named)]


def _headerless(spec: Spec, head: bytes, dialect: Dialect) -> Header:
    """A report without a header: it fits where its first records have the shape."""
    columns = spec.header
    rows = _records(head, dialect)[:SAMPLED]
    here = replace(dialect, columns=columns)
    difference = _shape(spec, [row for row in rows if row])
    return Header(here, columns, rows, difference, unknown=False)


def _shape(spec: Spec, rows: Sequence[Sequence[str]]) -> str:
    """Why records do not have a profile's shape; nothing where almost all have it."""
    flaws = [flaw for row in rows if (flaw := _flaw(spec, row))]
    if not rows:
        return "it holds no record"
    return flaws[0] if len(flaws) > _MOST_SHAPELESS * len(rows) else ""


def _flaw(spec: Spec, row: Sequence[str]) -> str:
    """What of a record is not of a profile's shape."""
    if len(row) != len(spec.header):
        return f"its records have {len(row)} cells, not {len(spec.header)}"
    for name, cell in zip(spec.header, row, strict=True):
        pattern = spec.shape.get(name)
        if pattern is not None and not pattern.fullmatch(cell.strip()):
            return f"it has no header, and {cell!r} is no {name}"
    return ""
