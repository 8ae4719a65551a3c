"""The grammar of one delimited line, byte by byte: for the few lines that bits cannot judge."""

import re
from dataclasses import dataclass, field
from functools import cache

from pipeline.read.dialect import Dialect

LF = 10
CR = 13


@dataclass
class Outline:
    """A record as far as its physical lines have been read, without its contents.

    Attributes:
        delimiters: those that separate cells.
        inside: whether the last line ended inside quotes.
        loose: whether an unquoted cell holds a quote.
        sound: False once the quoting cannot be right.
    """

    delimiters: int = 0
    inside: bool = False
    loose: bool = False
    sound: bool = True

    def begin(self) -> None:
        """Go on to the next cell."""
        self.delimiters += 1

    def pass_over(self, text: bytes, delimiter: bytes) -> None:
        """Take whole cells without quotes, the first of which has begun."""
        self.delimiters += text.count(delimiter)

    def take(self, text: bytes) -> None:
        """Add text to the cell."""


@dataclass
class Record(Outline):
    """A record with the contents of its cells."""

    cells: list[bytearray] = field(default_factory=lambda: [bytearray()])

    def begin(self) -> None:
        """Go on to the next cell."""
        super().begin()
        self.cells.append(bytearray())

    def pass_over(self, text: bytes, delimiter: bytes) -> None:
        """Take whole cells without quotes, the first of which has begun."""
        super().pass_over(text, delimiter)
        first, *others = text.split(delimiter)
        self.cells[-1] += first
        self.cells += map(bytearray, others)

    def take(self, text: bytes) -> None:
        """Add text to the cell."""
        self.cells[-1] += text


def without_end(line: bytes) -> bytes:
    """A physical line without its LF, CRLF or CR."""
    if line.endswith(b"\r\n"):
        return line[:-2]
    return line[:-1] if line[-1:] in (b"\n", b"\r") else line


def read_line(record: Outline, line: bytes, dialect: Dialect) -> None:
    """Read one physical line on from where the record stands.

    Args:
        record: changed in place; `sound` falls where the line breaks the quoting.
        line: the physical line with its end, in code units of one byte.
        dialect: the marks.
    """
    body = without_end(line)
    at = 0
    if not record.inside:
        at = _open(record, body, 0, dialect)
    while record.sound:
        if record.inside:
            at = _quoted(record, body, at, dialect)
            if record.inside:
                record.take(line[len(body) :])
                return
        if at >= len(body) or not record.sound:
            return
        record.begin()
        at = _open(record, body, at + 1, dialect)


def _open(record: Outline, body: bytes, at: int, dialect: Dialect) -> int:
    """Begin a cell: step into its quotes, or take all cells up to the next one with a quote."""
    delimiter = dialect.delimiter.encode()
    mark = body.find(dialect.quote.encode(), at) if dialect.quote else -1
    if mark == at:
        record.inside = True
        return at + 1
    plain = len(body) if mark < 0 else body.rfind(delimiter, at, mark)
    if plain >= 0:
        record.pass_over(body[at:plain], delimiter)
        return plain
    end = body.find(delimiter, mark)
    end = len(body) if end < 0 else end
    record.take(body[at:end])
    record.sound = not record.loose
    record.loose = True
    return end


def _quoted(record: Outline, body: bytes, at: int, dialect: Dialect) -> int:
    """Take a quoted cell up to its close, or to the end of the line while it stays open."""
    quote = (dialect.quote or "").encode()
    escape = (dialect.escape or "").encode()
    marks = _marks(quote + escape)
    while at < len(body):
        here = body[at : at + 1]
        if escape and here == escape and at + 1 < len(body):
            record.take(body[at + 1 : at + 2])
            at += 2
        elif here != quote:
            found = marks.search(body, at + 1)
            stop = found.start() if found else len(body)
            record.take(body[at:stop])
            at = stop
        elif not escape and body[at + 1 : at + 2] == quote:
            record.take(quote)
            at += 2
        else:
            record.inside = False
            after = body[at + 1 : at + 2]
            record.sound = after in (b"", dialect.delimiter.encode())
            return at + 1
    return at


@cache
def _marks(characters: bytes) -> re.Pattern[bytes]:
    """Any of these characters: one search, for two searches would pass each other on long lines."""
    return re.compile(b"[" + re.escape(characters) + b"]")


def split_lines(text: bytes) -> list[bytes]:
    """Physical lines with their ends: LF, CRLF or a lone CR."""
    lines = text.replace(b"\r\n", b"\n\n").replace(b"\r", b"\n")
    found, start = [], 0
    while start < len(text):
        end = lines.find(b"\n", start)
        end = len(text) if end < 0 else end + 1 + (text[end : end + 2] == b"\r\n")
        found.append(text[start:end])
        start = end
    return found


def split_record(raw: bytes, dialect: Dialect) -> Record:
    """The cells of a sound record, its quotes and escapes resolved."""
    record = Record()
    for line in split_lines(raw):
        read_line(record, line, dialect)
    return record
