"""Physical lines: where they end, which of them are no record, and their delimiters."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.read import bits
from pipeline.read.bits import Positions, Words
from pipeline.read.dialect import Dialect
from pipeline.read.scalar import CR, LF

Units = NDArray[np.uint8]
Flags = NDArray[np.bool_]


@dataclass
class Lines:
    """The physical lines of a buffer.

    Attributes:
        units: the buffer, one byte per code unit.
        borders: where each line begins, and one past the last one's end.
        terminal: positions that hold LF or CR.
        skipped: lines that are no record where one could begin: blank ones and comments.
        delimiters: on each line.
    """

    units: Units
    borders: Positions
    terminal: Words
    skipped: Flags
    delimiters: Positions

    @property
    def count(self) -> int:
        """Physical lines that are complete."""
        return len(self.borders) - 1


def physical(
    units: Units, dialect: Dialect, sets: tuple[Words, Words, Words], *, final: bool
) -> Lines:
    """Cut a buffer at its line ends: LF, CRLF, and CR alone.

    Args:
        units: one byte per code unit.
        dialect: the marks.
        sets: the positions of delimiters, of LF and of CR.
        final: whether the buffer ends the file; else its last line may be incomplete.
    """
    marks, feeds, returns = sets
    terminal = ends = feeds
    if returns.any():
        terminal = feeds | returns
        ends = feeds | (returns & ~bits.before(feeds))
        last = len(units) - 1
        if not final and units[last] == CR:
            # The LF of a CRLF may be the next unit.
            ends[last >> 6] &= ~(np.uint64(1) << np.uint64(last & 63))
    borders = np.concatenate([[0], bits.positions(ends) + 1]).astype(np.int64)
    if final and borders[-1] < len(units):
        borders = np.append(borders, len(units))
    skipped = _skipped(units, borders[:-1], dialect)
    return Lines(units, borders, terminal, skipped, bits.Rank(marks).between(borders))


def _skipped(units: Units, starts: Positions, dialect: Dialect) -> Flags:
    first = units[starts]
    blank: Flags = (first == LF) | (first == CR)
    skipped = blank
    for sign in map(str.encode, dialect.signs):
        opened = np.flatnonzero(first == sign[0])
        for place, letter in enumerate(sign[1:], start=1):
            opened = opened[starts[opened] + place < len(units)]
            opened = opened[units[starts[opened] + place] == letter]
        skipped[opened] = True
    return skipped
