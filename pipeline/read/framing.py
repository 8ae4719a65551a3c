"""Where records begin and end, and which of them are structurally sound.

Every physical line is judged twice from bit sets: as it reads from the start of a record and as it
reads from inside quotes. Only lines that leave a quoted cell open, or break the quoting, are walked
one by one; all others are records of their own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.read import bits
from pipeline.read.bits import Positions
from pipeline.read.dialect import Dialect
from pipeline.read.physical import Flags, Lines, Units, physical
from pipeline.read.quotes import Quotes
from pipeline.read.scalar import CR, LF
from pipeline.read.walk import Walk

SOUND, FIELD_COUNT, BAD_QUOTING, CELLS_PADDED, BAD_ENCODING = range(5)
"""Structural verdicts on a record, as codes; BAD_ENCODING is set after framing."""

TORN = (FIELD_COUNT, BAD_QUOTING)
"""Verdicts on records that have no cells to show."""

_NO_UNIT = 1
"""Stands for a quote where the dialect has none; what is found is not used."""


@dataclass
class Frame:
    """The records of a buffer, in order; positions count code units from the buffer's start.

    Attributes:
        starts: where each record begins.
        ends: one past each record's line end.
        lines: physical line, from 0, on which each record begins.
        verdicts: one of the codes above for each record.
        loose: whether an unquoted cell of the record holds a quote.
        used: units framed; the rest belongs to a record that is not complete yet.
        physical: physical lines in `used`.
        read: physical lines read ahead so far, at least `physical`.
        resynchronised: physical lines read again after a cut.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    verdicts: NDArray[np.uint8]
    loose: Flags
    used: int
    physical: int
    read: int
    resynchronised: int


def frame(units: Units, dialect: Dialect, cells: int, *, final: bool, read: int = 0) -> Frame:
    """Frame a buffer that begins at the start of a record.

    Args:
        units: the code units, each as one byte (255 for those beyond).
        dialect: the marks.
        cells: how many cells a record has.
        final: whether the buffer ends the file; else its last line and record may be incomplete.
        read: physical lines of this buffer that an earlier cut has already had read.
    """
    quote = ord(dialect.quote) if dialect.quote else _NO_UNIT
    marks, feeds, returns, quotes = bits.equal(units, ord(dialect.delimiter), LF, CR, quote)
    lines = physical(units, dialect, (marks, feeds, returns), final=final)
    walk = Walk(lines, cells, dialect, final=final, read=read)
    delimiters = lines.delimiters
    if dialect.quote and lines.count and quotes.any():
        judged = Quotes(lines, dialect, marks, quotes)
        walk.settle(judged)
        delimiters = judged.outside
    return _framed(lines, walk, _verdicts(walk, delimiters + 1, cells, dialect))


def _verdicts(walk: Walk, counts: Positions, cells: int, dialect: Dialect) -> NDArray[np.uint8]:
    """The verdict on each physical line as the first of its record."""
    counts[list(walk.delimiters)] = np.array(list(walk.delimiters.values()), dtype=np.int64) + 1
    verdicts = np.where(counts == cells, SOUND, FIELD_COUNT).astype(np.uint8)
    if dialect.pad_short:
        verdicts[counts < cells] = CELLS_PADDED
    verdicts[[first for first, _ in walk.merged]] = SOUND
    verdicts[walk.broken] = BAD_QUOTING
    return verdicts


def _framed(lines: Lines, walk: Walk, verdicts: NDArray[np.uint8]) -> Frame:
    """The records, once every special line has been walked."""
    stop = walk.stop
    ends = lines.borders[1:].copy()
    joined = np.zeros(lines.count + 1, dtype=np.int64)
    if walk.merged:
        first, last = np.array(walk.merged).T
        ends[first] = ends[last]
        joined[first + 1] += 1
        joined[last + 1] -= 1
    inner = np.cumsum(joined)[:-1] > 0
    loose = np.zeros(lines.count, dtype=np.bool_)
    loose[walk.loose] = True
    chosen = np.flatnonzero(~(lines.skipped | inner)[:stop])
    return Frame(
        starts=lines.borders[chosen],
        ends=ends[chosen],
        lines=chosen,
        verdicts=verdicts[chosen],
        loose=loose[chosen],
        used=int(lines.borders[stop]),
        physical=stop,
        read=max(walk.read, stop),
        resynchronised=walk.resynchronised,
    )
