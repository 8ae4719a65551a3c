"""A manifest built again from the payloads of its staged lines, each where it stood."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.read.dialect import Dialect

_SIGN = "\x01"
"""Opens what stands in the place of bytes that are no line to be read; no text begins with it."""


def rebuilt(path: Path, frames: Iterable[pl.DataFrame], dialect: Dialect) -> Dialect:
    """Write lines to a file at their own offsets and on their own lines.

    What lies between them (the header, lines that are not given) becomes a comment as long, so
    that offsets and numbers of lines are those of the manifest.

    Args:
        path: the file to be.
        frames: lines of one manifest in the order of their `offset`, with `line` and `raw`.
        dialect: how the manifest was read, but for its columns: those of its header.

    Returns:
        The dialect by which the file is read.
    """
    at, line = 0, 1
    with path.open("xb") as file:
        for lines in frames:
            raw, numbers = lines["raw"], lines["line"]
            starts = lines["offset"].cast(pl.Int64).to_numpy()
            ends = starts + raw.bin.size().cast(pl.Int64).to_numpy()
            gaps = np.flatnonzero(starts[1:] != ends[:-1]) + 1
            borders = [0, *gaps.tolist(), len(starts)]
            for first, after in pairwise(borders):
                file.write(_filler(int(starts[first]) - at, int(numbers[first]) - line, dialect))
                file.write(b"".join(raw[first:after]))
                at = int(ends[after - 1])
                line = int(numbers[after - 1]) + _ends(raw[after - 1], dialect)
    return replace(dialect, skip=0, footer=0, header=False, comment=_SIGN)


def _filler(size: int, lines: int, dialect: Dialect) -> bytes:
    """So many bytes on so many physical lines, of which none is a record."""
    units = size // dialect.unit
    comment = _SIGN + "." * (units - lines - 1) if units > lines else ""
    return (comment + "\n" * lines).encode(dialect.encoding)


def _ends(raw: bytes, dialect: Dialect) -> int:
    """How many physical lines end within a record."""
    text = raw.decode(dialect.encoding, "replace")
    return text.count("\n") + text.count("\r") - text.count("\r\n")
