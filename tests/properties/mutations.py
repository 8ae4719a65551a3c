"""Damage that reports really come with: each mutation makes other bytes of a report's bytes."""

import csv
import io
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from tests.formats.layout import Layout
from tests.properties.mutated_oracle import DELIMITERS, EXACT, MARKS, told

Rows = list[list[str]]


@dataclass(frozen=True)
class Text:
    """A report's text, without its byte order mark, and how to write it again."""

    layout: Layout
    mark: bytes
    lines: list[str]

    @classmethod
    def of(cls, layout: Layout, data: bytes) -> "Text":
        """The text of a sound report."""
        mark = next((mark for mark in MARKS if data.startswith(mark)), b"")
        text = data[len(mark) :].decode(layout.encoding, "surrogateescape")
        return cls(layout, mark, re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text))

    @property
    def top(self) -> int:
        """How many physical lines stand above the first record."""
        return len(self.layout.before) + (not self.layout.headerless)

    def data(self, lines: list[str] | None = None) -> bytes:
        """Lines as bytes."""
        text = "".join(self.lines if lines is None else lines)
        return self.mark + text.encode(self.layout.encoding, "surrogateescape")

    def cells(self) -> tuple[list[str], Rows]:
        """What stands above the header, and all records from it on."""
        above = len(self.layout.before)
        text = io.StringIO("".join(self.lines[above:]), newline="")
        return self.lines[:above], list(csv.reader(text, delimiter=self.layout.delimiter))

    def written(self, above: list[str], rows: Rows, delimiter: str = "") -> bytes:
        """The records written anew."""
        file = io.StringIO(newline="")
        mark, end = delimiter or self.layout.delimiter, self.layout.end
        quoting = csv.QUOTE_ALL if self.layout.quoted else csv.QUOTE_MINIMAL
        writer = csv.writer(file, delimiter=mark, lineterminator=end, quoting=quoting)
        writer.writerows(row for row in rows if row)
        return self.data([*above, file.getvalue()])


Mutation = Callable[[random.Random, Text], bytes]


def _put(draw: random.Random, text: Text, *pieces: bytes, over: int = 0) -> bytes:
    """Pieces somewhere below the header, over so many bytes."""
    data = bytearray(text.data())
    begin = len(text.data(text.lines[: text.top]))
    for _ in range(draw.choice([1, 1, 2, 5])):
        at = draw.randrange(begin, len(data) + 1)
        data[at : at + over] = draw.choice(pieces)
    return bytes(data)


def bad_bytes(draw: random.Random, text: Text) -> bytes:
    """Bytes of another encoding in the place of a byte."""
    return _put(draw, text, b"\xe9", b"\x80", b"\xff", b"\xc3", over=1)


def nul(draw: random.Random, text: Text) -> bytes:
    """NULs between or in the place of bytes."""
    unit = "\0".encode(text.layout.encoding)
    return _put(draw, text, unit, over=draw.choice([0, len(unit)]))


def recoded(draw: random.Random, text: Text) -> bytes:
    """Another encoding, with its mark or without."""
    plain = "".join(text.lines)
    name = draw.choice(["utf-16-le", "utf-16-be", "utf-8", "latin-1"])
    mark = {one: bytes_ for bytes_, one in MARKS.items()}.get(name, b"")
    return draw.choice([b"", mark]) + plain.encode(name, "replace")


def delimited_otherwise(draw: random.Random, text: Text) -> bytes:
    """Another delimiter throughout, by someone who knows of quotes or by a simple replacement."""
    mark = draw.choice([one for one in DELIMITERS if one != text.layout.delimiter])
    if draw.random() < 0.5:
        return text.written(*text.cells(), mark)
    return text.data([line.replace(text.layout.delimiter, mark) for line in text.lines])


def truncated(draw: random.Random, text: Text) -> bytes:
    """Cut anywhere."""
    data = text.data()
    return data[: draw.randrange(len(data))]


def ends_mixed(draw: random.Random, text: Text) -> bytes:
    """Lines that end in different ways, blank ones among them."""
    ends = draw.choice([["\n", "\r\n", "\r"], ["\n\n", "\n"], ["\r\n\r\n", "\r\n"]])
    # Of a cell over several lines, another line end is but another cell.
    return text.data([re.sub(r"[\r\n]+\Z", "", line) + draw.choice(ends) for line in text.lines])


def repeated(draw: random.Random, text: Text) -> bytes:
    """A block of lines once more, somewhere below the header."""
    lines = text.lines
    begin = draw.randrange(len(lines))
    block = lines[begin : begin + draw.randrange(1, 12)]
    at = draw.randrange(text.top, len(lines) + 1)
    return text.data([*lines[:at], *block, *lines[at:]])


def trailing_delimiters(draw: random.Random, text: Text) -> bytes:
    """Delimiters at the ends of all lines, of all records, or of some."""
    chosen = draw.choice(["all", "records", "some"])
    more = text.layout.delimiter * draw.choice([1, 1, 3])
    found = []
    for at, line in enumerate(text.lines):
        is_record = at >= text.top
        spared = (chosen == "records" and not is_record) or (
            chosen == "some" and (not is_record or draw.random() < 0.7)
        )
        body = line.rstrip("\r\n")
        found.append(line if spared else body + more + line[len(body) :])
    return text.data(found)


def _columns(draw: random.Random, text: Text, change: Callable[[list[str]], list[str]]) -> bytes:
    """All columns changed, or the header alone."""
    above, rows = text.cells()
    alone = draw.random() < 0.4
    return text.written(above, [change(row) if not at or not alone else row
                                for at, row in enumerate(rows)])  # fmt: skip


def swapped(draw: random.Random, text: Text) -> bytes:
    """Two columns in each other's place."""
    one, other = sorted(draw.sample(range(len(text.layout.header)), 2))

    def change(row: list[str]) -> list[str]:
        if len(row) <= other:
            return row
        return [*row[:one], row[other], *row[one + 1 : other], row[one], *row[other + 1 :]]

    return _columns(draw, text, change)


def _place(draw: random.Random, layout: Layout) -> int:
    """A column, most often one that the money depends on."""
    reading = layout.reading
    telling = [one for one in (reading.amount, reading.currency, reading.minus[0]) if one]
    name = draw.choice(telling) if telling and draw.random() < 0.6 else draw.choice(layout.header)
    return layout.header.index(name)


def dropped(draw: random.Random, text: Text) -> bytes:
    """A column less."""
    at = _place(draw, text.layout)
    return _columns(draw, text, lambda row: [*row[:at], *row[at + 1 :]])


def doubled(draw: random.Random, text: Text) -> bytes:
    """A column twice."""
    at = _place(draw, text.layout)
    to = draw.randrange(len(text.layout.header) + 1)
    return _columns(draw, text, lambda row: [*row[:to], *row[at : at + 1], *row[to:]])


def renamed(draw: random.Random, text: Text) -> bytes:
    """A column under another name."""
    above, rows = text.cells()
    name = draw.choice(["Zz", "Net", "Amount", "Value", "Currency", " "])
    rows[0][_place(draw, text.layout)] = name
    return text.written(above, rows)


def totals(draw: random.Random, text: Text) -> bytes:
    """A line with the sum of all amounts of a currency, or nearly that; at the end or before."""
    above, rows = text.cells()
    layout = text.layout
    report = told(layout, text.data())
    money = report.money() if report is not None else {}
    currency, total = draw.choice(sorted(money.items())) if money else ("", Decimal(0))
    total = EXACT.add(total, draw.choice([Decimal(0), Decimal(0), Decimal("0.01")]))
    number = f"{total:f}".replace(".", layout.reading.mark)
    label = draw.choice(["", "Total", "TOTALS", "Grand Total"])
    row = [label, number]
    if draw.random() < 0.7:
        said = {layout.reading.amount: number, layout.reading.currency: currency}
        row = [said.get(name, "") for name in layout.header]
        row[0] = row[0] or label
    at = len(rows) if draw.random() < 0.5 else draw.randrange(1, len(rows))
    return text.written(above, [*rows[:at], row, *rows[at:]])


MUTATIONS: dict[str, Mutation] = {
    one.__name__: one
    for one in (
        bad_bytes, nul, recoded, delimited_otherwise, truncated, ends_mixed, repeated,
        trailing_delimiters, swapped, dropped, doubled, renamed, totals,
    )
}  # fmt: skip
KEEPS_HEADER = {"bad_bytes", "nul", "ends_mixed", "repeated", "totals"}
"""Mutations that spare all that a profile is chosen by: such a report is never refused."""
