"""Physical lines as they read from a record's start, and as they read from inside quotes."""

import numpy as np

from pipeline.read import bits
from pipeline.read.bits import Positions, Rank, Words
from pipeline.read.dialect import Dialect
from pipeline.read.physical import Flags, Lines


class Quotes:
    """Two readings of each physical line of a buffer, from bit sets alone.

    Attributes:
        outside: delimiters that separate cells, where a record begins with the line.
        inside: the same where the line begins inside quotes.
        open: lines that turn one reading into the other: they hold an odd number of quotes.
        bad_outside: lines that bits cannot read from a record's start.
        bad_inside: lines that bits cannot read from inside quotes.
        loose: lines whose quotes all stand in one unquoted cell, such as `7" Mix`.
        holding: the lines that hold a quote, ascending.
    """

    def __init__(self, lines: Lines, dialect: Dialect, marks: Words, quotes: Words) -> None:
        """Judge all lines at once."""
        borders = lines.borders
        parity = bits.odd_before(quotes)
        rank = Rank(quotes)
        before = rank.at(borders)
        swapped = (before[:-1] & 1).astype(np.bool_)
        number = np.diff(before)
        within = Rank(marks & parity).between(borders)
        self.outside = np.where(swapped, within, lines.delimiters - within)
        self.inside = lines.delimiters - self.outside
        self.open = (number & 1).astype(np.bool_)
        self.holding = np.flatnonzero(number)
        border = marks | lines.terminal
        # Where the buffer ends no bit says that a cell may: its last line is read one by one.
        begins, ends = _begins(border), bits.before(border)
        wrong, wrong_swapped = _wrong(quotes, parity, begins, ends, doubled=not dialect.escape)
        if not (wrong.any() or self.open.any() or dialect.escape):
            # Every line is sound and closed by itself, as in most parts of most reports.
            self.bad_outside = self.bad_inside = self.loose = np.zeros(lines.count, dtype=np.bool_)
            return
        direct, other = bits.holding(wrong, borders), bits.holding(wrong_swapped, borders)
        self.bad_outside = np.where(swapped, other, direct)
        self.bad_inside = np.where(swapped, direct, other)
        if dialect.escape:
            escapes = Rank(*bits.equal(lines.units, ord(dialect.escape))).between(borders)
            escaped = (number > 0) & (escapes > 0)
            self.bad_outside |= escaped
            self.bad_inside |= escaped
        held = self.bad_outside & (number > 0)
        self.loose = _loose(borders, held, rank, Rank(marks), quotes & begins)


def _begins(border: Words) -> Words:
    """Positions where a cell may begin."""
    begins = bits.after(border)
    begins[0] |= np.uint64(1)
    return begins


def _wrong(
    quotes: Words, parity: Words, begins: Words, ends: Words, *, doubled: bool
) -> tuple[Words, Words]:
    """Quotes that cannot stand where they do, by the buffer's parity and by its opposite.

    A quote that an even number precede opens a cell, or is the second of two that stand for one;
    any other closes a cell, or is the first of such two.
    """
    if doubled:
        begins, ends = begins | bits.after(quotes), ends | bits.before(quotes)
    no_open, no_close = quotes & ~begins, quotes & ~ends
    direct = (no_open & ~parity) | (no_close & parity)
    swapped = (no_open & parity) | (no_close & ~parity)
    return direct, swapped


def _loose(
    borders: Positions, candidates: Flags, quotes: Rank, marks: Rank, opening: Words
) -> Flags:
    """Which candidates, all of which hold a quote, hold quotes in one unquoted cell alone."""
    found = np.zeros(len(candidates), dtype=np.bool_)
    lines = np.flatnonzero(candidates)
    if not len(lines):
        return found
    openers = Rank(opening)
    starts, ends = borders[lines], borders[lines + 1]
    free = openers.at(ends) == openers.at(starts)
    lines, starts, ends = lines[free], starts[free], ends[free]
    first, last = quotes.select(quotes.at(starts)), quotes.select(quotes.at(ends) - 1)
    found[lines] = marks.at(first) == marks.at(last)
    return found
