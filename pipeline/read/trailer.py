"""How a delimited report ends: lines that are no records, and what they declare of it."""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.contract import forms, money
from pipeline.read.delimited import header_of
from pipeline.read.dialect import Dialect
from pipeline.read.tail import line_starts, units_of

MAX_TRAILER_BYTES = 64 * 2**10
"""How far from the end a trailer is looked for; those seen are a few hundred bytes."""

Declared = Mapping[str, Decimal | None]
"""What is declared, by name; null where nothing readable is, or several things are."""


def trailer_of(path: Path, dialect: Dialect, patterns: Sequence[re.Pattern[str]]) -> list[str]:
    """The physical lines after the last record, without their ends; blank ones among them count.

    From the end upwards, up to the first line that is neither blank nor of a pattern. Without a
    line of a pattern there is no trailer, and blank lines at the end are blank lines.

    Args:
        path: a decompressed file.
        dialect: how it is read, without a footer.
        patterns: matched from a line's beginning.
    """
    lines = _last_lines(path, dialect) if patterns else []
    first = len(lines)
    for place in reversed(range(len(lines))):
        if not lines[place].strip():
            continue
        if not any(pattern.match(lines[place]) for pattern in patterns):
            break
        first = place
    return lines[first:]


def declared_in(
    lines: Sequence[str], totals: Mapping[str, re.Pattern[str]], number: str
) -> Declared:
    """What trailer lines declare.

    Args:
        lines: of the trailer.
        totals: name to a pattern with one group, looked for anywhere in a line.
        number: `point` or `comma`.
    """
    found: dict[str, Decimal | None] = {}
    for name, pattern in totals.items():
        texts = {hit[1] for line in lines if (hit := pattern.search(line))}
        text = texts.pop() if len(texts) == 1 else None
        found[name] = None if text is None else _read(text, number)
    return found


def _last_lines(path: Path, dialect: Dialect) -> list[str]:
    """The physical lines at the end of a file, at most those of `MAX_TRAILER_BYTES`."""
    _, offset, _ = header_of(path, dialect)
    size = path.stat().st_size
    begin = max(offset, size - MAX_TRAILER_BYTES)
    begin -= (begin - offset) % dialect.unit
    with path.open("rb") as file:
        file.seek(begin)
        data = file.read()
    units = units_of(np.frombuffer(data, dtype=np.uint8), dialect, final=True)
    if not len(units):
        return []
    borders = [start * dialect.unit for start in (*line_starts(units), len(units))]
    texts = [data[a:b].decode(dialect.encoding, "replace") for a, b in pairwise(borders)]
    # The first is cut where something stands before it.
    return [text.rstrip("\r\n") for text in texts[1 if begin > offset else 0 :]]


def _read(text: str, number: str) -> Decimal | None:
    """A number as the report writes it; null where it is none."""
    cell = pl.DataFrame({"text": [text]})
    plain = cell.select(forms.number(pl.col("text"), number).alias("text"))
    value: Decimal | None = plain.select(money.total(pl.col("text"))).item()
    return value
