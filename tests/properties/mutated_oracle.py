"""The sums of a delimited report that was damaged, by Python's csv and Decimal.

Nothing of the pipeline is imported. Where csv alone would read something else, a rule says what:
each is a sentence of a README, written down once more.
"""

import codecs
import csv
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import NamedTuple

from tests.formats.layout import Layout

EXACT = Context(prec=76)
MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
DELIMITERS = ",;\t|"
BOTH = {"believe": ",.", "kontor": ",.", "orchard": ",."} | dict.fromkeys(
    ("fuga_royalty", "orchard_retailer", "orchard_account"), ".,"
)
"""Sources that write decimals both ways, the usual one first; others keep to their fixture's."""
ENDS = {
    "apple": ("Total_", "Total ", "Row Count"),
    "youtube": ("Total", "Grand Total", "Legend", "Note", "#", "*"),
}
"""What a line begins with that ends a report and is no record."""
NAMES = ("isrc", "gtin", "title", "artist", "asset", "catalog_number", "release")
TOTAL = re.compile(r"(grand |sub)?totals?\b", re.IGNORECASE)
Row = list[str]


class Line(NamedTuple):
    """A line: its currency as reported, its amount, and whether it names what was sold."""

    currency: str
    amount: Decimal | None
    is_named: bool


@dataclass
class Told:
    """What a report says.

    Attributes:
        lines: records of the table; None where nobody can tell which column is the amount, the
            currency, or the sign: then nothing may be paid.
    """

    lines: list[Line] | None = field(default_factory=list)

    @property
    def unreadable(self) -> int:
        """Lines without an amount that can be read."""
        return sum(line.amount is None for line in self.lines or ())

    def money(self) -> dict[str, Decimal]:
        """The sums by currency that are not zero."""
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in self.lines or ():
            sums[line.currency] = EXACT.add(sums[line.currency], line.amount or Decimal(0))
        return {currency: total for currency, total in sums.items() if total}

    def doubles(self) -> bool:
        """Whether a line that names nothing is the sum of all the others of its currency."""
        money = self.money()
        named = {line.currency for line in self.lines or () if line.is_named and line.amount}
        return any(
            line.amount and EXACT.multiply(line.amount, Decimal(2)) == money.get(line.currency)
            for line in self.lines or ()
            if not line.is_named and line.currency in named
        )


def told(layout: Layout, data: bytes) -> Told | None:
    """Reads a report of a layout; None where it has no header of it."""
    for encoding, mark in _encodings(layout, data):
        text = data[len(mark) :].decode(encoding, "replace")
        physical = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
        for delimiter in (layout.delimiter, *DELIMITERS):
            found = _header(layout, physical, delimiter)
            if found is not None:
                header, rest = found
                rows = _records(_untrailed(layout, rest, delimiter), header, delimiter)
                return _summed(layout, header, list(rows))
    return None


def _encodings(layout: Layout, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A byte order mark counts before what the sender uses."""
    marked = [(name, mark) for mark, name in MARKS.items() if data.startswith(mark)]
    yield from marked or [(layout.encoding, b"")]


def _header(
    layout: Layout, physical: list[str], delimiter: str
) -> tuple[list[str], list[str]] | None:
    """The header and the lines below it: among the first lines where one may stand before it."""
    if layout.headerless:
        return list(layout.header), physical
    known = {plain(name) for name in layout.header}
    filled = [at for at, line in enumerate(physical) if line.strip()]
    for at in filled[: 20 if layout.before else 1]:
        row = next(csv.reader([physical[at]], delimiter=delimiter))
        if 2 * len(known & {plain(cell) for cell in row}) >= len(known):
            return row, physical[at + 1 :]
    return None


def plain(cell: str) -> str:
    """The cell of a header as it is compared."""
    return " ".join(cell.replace("\ufeff", "").split()).casefold()


def _untrailed(layout: Layout, physical: list[str], delimiter: str) -> list[str]:
    """Lines that end a report are none of its records: from the end up to the first other."""
    end = len(physical)
    for at in reversed(range(len(physical))):
        first = physical[at].split(delimiter)[0].strip().strip('"')
        if first.startswith(ENDS.get(layout.source, ("\0end",))):
            end = at
        elif physical[at].strip():
            break
    return physical[:end]


def _records(physical: list[str], header: list[str], delimiter: str) -> Iterator[Row | None]:
    """Each record's cells, None where they do not frame.

    A record whose quoting breaks, or that runs over several lines to another number of cells, is
    its first line alone, and reading goes on at the next.
    """
    at = 0
    while at < len(physical):
        if not physical[at].strip("\r\n"):
            at += 1
            continue
        reader = csv.reader(iter(physical[at:]), delimiter=delimiter, strict=True)
        try:
            row: Row | None = next(reader)
        except csv.Error:
            row = None
        is_cut = row is None or (len(row) != len(header) and reader.line_num > 1)
        yield None if is_cut else row
        at += 1 if is_cut else reader.line_num


def _summed(layout: Layout, header: list[str], rows: list[Row | None]) -> Told:
    reading = layout.reading
    rows = [row for row in rows if row is None or row[0] not in reading.aside]
    width = _width(header, rows)
    sound = [row if row is not None and len(row) == width else None for row in rows]
    if reading.nothing:
        return Told([Line("", Decimal(0), is_named=True) for _ in sound])
    columns = [plain(cell) for cell in header]
    needed = [reading.amount, *filter(None, (reading.currency, reading.minus[0]))]
    if any(columns.count(plain(name)) != 1 for name in needed):
        return Told(None)
    place = {name: columns.index(plain(name)) for name in needed}
    cells = [row[place[reading.amount]] for row in sound if row is not None]
    mark = _mark(layout, cells)
    named = [
        columns.index(plain(layout.roles[role]))
        for role in NAMES
        if role in layout.roles and plain(layout.roles[role]) in columns
    ]
    lines = []
    for row in sound:
        if row is None:
            lines.append(Line("" if reading.currency else reading.fixed, None, is_named=False))
            continue
        amount = number(row[place[reading.amount]], mark)
        column, value = reading.minus
        if amount is not None and column and row[place[column]].lower() == value.lower():
            amount = -abs(amount)
        currency = row[place[reading.currency]].strip() if reading.currency else reading.fixed
        is_named = any(row[at].strip() and not TOTAL.match(row[at].strip()) for at in named)
        lines.append(Line(currency, amount, is_named))
    return Told(lines)


def _width(header: list[str], rows: list[Row | None]) -> int:
    """The header's cells; delimiters at the ends of all lines, or of none but its own, part none.

    Only where every record is as wide as each other and nothing stands in the cells beyond.
    """
    named = len(header)
    while named and not plain(header[named - 1]):
        named -= 1
    widths = {len(row) for row in rows if row is not None}
    if None not in rows and len(widths) == 1 and len(header) not in widths:
        (width,) = widths
        beyond = [cell for row in rows if row is not None for cell in row[named:]]
        if width >= named and not any(cell.strip() for cell in beyond):
            return width
    return len(header)


def _mark(layout: Layout, cells: list[str]) -> str:
    """The decimal mark: of several that by which the most amounts are numbers."""
    marks = BOTH.get(layout.source, layout.reading.mark)
    return max(marks, key=lambda mark: sum(number(cell, mark) is not None for cell in cells))


def number(text: str, mark: str) -> Decimal | None:
    """A number as people write it, with at most 18 decimals and below 10^12; None where none is.

    The other mark groups in threes; negative is a minus before or after, or parentheses.
    """
    group = "." if mark == "," else ","
    digits = rf"(?:\d+|[1-9]\d{{0,2}}(?:[{group}]\d{{3}})+)(?:[{mark}]\d*)?|[{mark}]\d+"
    found = re.fullmatch(
        rf"\s*(?:\$\s*)?(?P<open>\()?\s*(?P<sign>[+-])?\s*(?P<digits>{digits})\s*(?P<after>[+-])?\s*(?P<close>\))?\s*",
        text,
        re.ASCII,
    )
    if found is None or bool(found["open"]) != bool(found["close"]):
        return None
    if sum(bool(found[name]) for name in ("open", "sign", "after")) > 1:
        return None
    value = Decimal(found["digits"].replace(group, "").replace(mark, "."))
    if value >= 10**12 or value != EXACT.quantize(value, Decimal(1).scaleb(-18)):
        return None
    negative = found["open"] or "-" in (found["sign"], found["after"])
    return -value if negative else value
