"""Random delimited files, and what the scalar oracle says of each."""

import random
import re
from dataclasses import dataclass
from typing import Any

from pipeline.read import Dialect
from pipeline.vocab import Fault
from tests.properties.oracle import MAX_OPEN, oracle

Row = tuple[Any, ...]

TEXTS = [
    "a",
    "b7",
    " ",
    "é",
    "漢",
    "😀",
    'x "y" z',
    "\ufeff",
    "\x85",
    "\u2028",
    "0",
    "\\",
    "#",
    "//",
]
ROUGH = ["\n", "\n", "\r\n", "\r", "\n\n", "\0", '7" Mix', "'", ";", "\t", "\\", "#", "# ", "//"]
SPOILT = [b"\xe9", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf0\x9f", b"\x80", b"\xff", b"\x81", b"\xd8"]
TORN = (Fault.FIELD_COUNT, Fault.BAD_QUOTING)


@dataclass(frozen=True)
class Case:
    """A file: what stands before its records, and the rest."""

    dialect: Dialect
    width: int
    head: bytes
    body: bytes

    @property
    def data(self) -> bytes:
        """The whole file."""
        return self.head + self.body


def random_dialect(draw: random.Random) -> Dialect:
    """Mostly the usual marks, each of the others now and then."""
    quote = draw.choice(['"', '"', '"', '"', "'", None])
    return Dialect(
        delimiter=draw.choice([",", ",", ";", "\t", "|"]),
        quote=quote,
        escape="\\" if quote and draw.random() < 0.2 else None,
        encoding=draw.choice(["utf-8"] * 5 + ["latin-1", "cp1252", "utf-16-le", "utf-16-be"]),
        comment=draw.choice([None, None, None, "#", "//"]),
        footer=draw.choice([0, 0, 0, 1, 3]),
        skip=draw.choice([0, 0, 0, 2]),
        pad_short=draw.random() < 0.2,
    )


def with_head(dialect: Dialect, width: int, body: bytes, *, bom: bool) -> Case:
    """A body with the preamble and the header that its dialect asks for."""
    names = dialect.delimiter.join(f"c{place}" for place in range(width))
    text = 'a "preamble\n' * dialect.skip + names + "\n"
    head = text.encode(dialect.encoding)
    return Case(dialect, width, (dialect.bom if bom else b"") + head, body)


def random_case(draw: random.Random, pieces: int = 60) -> Case:
    """A soup of marks, little but quotes, a sound file with some damage, or bytes of any kind."""
    dialect = random_dialect(draw)
    width = draw.choice([1, 2, 3, 3, 3, 4, 12])
    kind = draw.random()
    if kind < 0.05:
        body = draw.randbytes(draw.randrange(3 * pieces))
    elif kind < 0.2:
        few = [dialect.quote or "'", dialect.quote or "'", dialect.delimiter, "a", "\\", "\n", "\n"]
        body = _encoded("".join(draw.choices(few, k=draw.randrange(3 * pieces))), dialect)
    elif kind < 0.5:
        body = _soup(draw, dialect, draw.randrange(pieces))
    else:
        body = _damaged(draw, dialect, width, draw.randrange(1 + pieces // 4))
    return with_head(dialect, width, body, bom=draw.random() < 0.2)


def _encoded(text: str, dialect: Dialect) -> bytes:
    return text.encode(dialect.encoding, "replace")


def _soup(draw: random.Random, dialect: Dialect, pieces: int) -> bytes:
    quote, mark = dialect.quote or '"', dialect.delimiter
    marks = [mark] * 3 + [quote] * 3 + [quote * 2, quote + mark, mark + quote, quote + mark + quote]
    texts = [_encoded(text, dialect) for text in marks * 2 + TEXTS + ROUGH * 2]
    return b"".join(draw.choices(texts + SPOILT, k=pieces))


def _damaged(draw: random.Random, dialect: Dialect, width: int, records: int) -> bytes:
    ends = draw.choice([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r", "\n\n"]])
    lines = []
    for _ in range(records):
        count = width + (draw.random() < 0.1) - (draw.random() < 0.1)
        cells = [_cell(draw, dialect) for _ in range(count)]
        lines.append(dialect.delimiter.join(cells) + draw.choice(ends))
    data = bytearray(_encoded("".join(lines), dialect))
    for _ in range(draw.choice([0, 0, 0, 1, 2, 6])):
        at = draw.randrange(len(data) + 1)
        gone = draw.choice([0, 0, 1, 2, len(data)])
        texts = [_encoded(text, dialect) for text in [dialect.quote or "'", *ROUGH]]
        data[at : at + gone] = draw.choice([b"", *texts, *SPOILT])
    return bytes(data)


def _cell(draw: random.Random, dialect: Dialect) -> str:
    """A cell as a writer puts it down; within quotes anything may stand, whole records too."""
    quote, mark = dialect.quote, dialect.delimiter
    if quote is None or draw.random() < 0.6:
        plain = "".join(draw.choices(TEXTS, k=draw.choice([0, 1, 1, 2])))
        return plain if draw.random() < 0.05 else plain.replace(quote or "", "")
    text = "".join(draw.choices([*TEXTS, mark, quote, "\n", "\r\n", f"1{mark}2{mark}3\n"], k=3))
    if dialect.escape:
        text = text.replace(dialect.escape, dialect.escape * 2)
    return quote + text.replace(quote, (dialect.escape or quote) + quote) + quote


def units(data: bytes, dialect: Dialect) -> str:
    """One character per code unit; a torn last one is a character that is no mark."""
    if dialect.unit == 1:
        return data.decode("latin-1")
    order = "little" if dialect.encoding == "utf-16-le" else "big"
    pairs = [data[at : at + 2] for at in range(0, len(data), 2)]
    return "".join(chr(int.from_bytes(two, order) if two[1:] else 0x10FFFF) for two in pairs)


def _bytes(text: str, dialect: Dialect) -> bytes:
    """The code units of a cell as they stood in the file; the torn one is its last byte again."""
    if dialect.unit == 1:
        return text.encode("latin-1")
    order = "little" if dialect.encoding == "utf-16-le" else "big"
    return b"".join(ord(unit).to_bytes(2, order) if ord(unit) <= 0xFFFF else b"?" for unit in text)


def expected(case: Case, max_open: int = MAX_OPEN) -> tuple[list[Row], int, int]:
    """What a reader must say of a case.

    Returns:
        Rows as `Part.read` gives them, lines read again, and the bytes before the footer.
    """
    dialect, body = case.dialect, case.body
    physical = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", units(body, dialect))
    text = "".join(physical[: max(0, len(physical) - dialect.footer)])
    lines, again = oracle(text, case.width, dialect, max_open)
    rows = []
    for line in lines:
        start, end = line.start * dialect.unit, min(line.end * dialect.unit, len(body))
        raw = body[start:end]
        fault = line.fault
        if fault not in TORN and not _is_text(raw, dialect):
            fault = Fault.BAD_ENCODING
        cells = [_bytes(cell, dialect).decode(dialect.encoding, "replace") for cell in line.cells]
        rows.append(
            (
                *([None] * case.width if fault in TORN else cells),
                line.line + dialect.skip + 2,
                start + len(case.head),
                end - start,
                fault,
                raw if fault else None,
            )
        )
    return rows, again, min(len(text) * dialect.unit, len(body))


def _is_text(raw: bytes, dialect: Dialect) -> bool:
    try:
        return "\0" not in raw.decode(dialect.encoding)
    except UnicodeDecodeError:
        return False
