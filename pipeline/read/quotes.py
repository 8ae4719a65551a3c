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
        """Judge all lines at once, most of the work on the words that hold a quote."""
        borders = lines.borders
        parity = bits.odd_before(quotes)
        odd = bits.contains(parity, borders)
        swapped = odd[:-1]
        self.open = swapped != odd[1:]
        self.holding = np.flatnonzero(bits.holding(quotes, borders))
        self.outside = lines.delimiters.copy()
        self.outside[self.holding] = _outside(lines, marks & parity, swapped, self.holding)
        self.inside = lines.delimiters - self.outside
        at = np.flatnonzero(quotes)
        begins, ends = _cell_borders(marks | lines.terminal, at)
        direct, other = _wrong(quotes, parity, at, (begins, ends), doubled=not dialect.escape)
        if not (direct.any() or self.open.any() or dialect.escape):
            # Every line is sound and closed by itself, as in most parts of most reports.
            self.bad_outside = self.bad_inside = self.loose = np.zeros(lines.count, dtype=np.bool_)
            return
        wrong = [
            bits.holding(bits.spread(found, at, len(quotes)), borders) for found in (direct, other)
        ]
        self.bad_outside = np.where(swapped, wrong[1], wrong[0])
        self.bad_inside = np.where(swapped, wrong[0], wrong[1])
        held = np.zeros(lines.count, dtype=np.bool_)
        held[self.holding] = True
        if dialect.escape:
            (escapes,) = bits.equal(lines.units, ord(dialect.escape))
            escaped = held & bits.holding(escapes, borders)
            self.bad_outside |= escaped
            self.bad_inside |= escaped
        opening = bits.spread(quotes[at] & begins, at, len(quotes))
        held &= self.bad_outside
        self.loose = _loose(borders, held, Rank(quotes), Rank(marks), opening)


def _outside(lines: Lines, within: Words, swapped: Flags, holding: Positions) -> Positions:
    """Delimiters that separate cells on some lines; `within` the buffer's quotes are none."""
    rank = Rank(within)
    number = rank.at(lines.borders[holding + 1]) - rank.at(lines.borders[holding])
    return np.where(swapped[holding], number, lines.delimiters[holding] - number)


def _cell_borders(border: Words, at: Positions) -> tuple[Words, Words]:
    """Positions in some words where a cell may begin, and where its last byte may stand.

    Where the buffer ends no bit says that a cell may: its last line is read one by one.
    """
    begins, ends = bits.after_at(border, at), bits.before_at(border, at)
    if len(at) and at[0] == 0:
        begins[0] |= np.uint64(1)
    return begins, ends


def _wrong(
    quotes: Words, parity: Words, at: Positions, borders: tuple[Words, Words], *, doubled: bool
) -> tuple[Words, Words]:
    """Quotes that cannot stand where they do, by the buffer's parity and by its opposite.

    A quote that an even number precede opens a cell, or is the second of two that stand for one;
    any other closes a cell, or is the first of such two.

    Args:
        quotes: all of them.
        parity: positions that an odd number of them precede.
        at: the words that hold a quote, for which the answer is given.
        borders: where cells may begin and end, in those words.
        doubled: whether two quotes stand for one.
    """
    begins, ends = borders
    if doubled:
        begins, ends = begins | bits.after_at(quotes, at), ends | bits.before_at(quotes, at)
    held, odd = quotes[at], parity[at]
    no_open, no_close = held & ~begins, held & ~ends
    direct = (no_open & ~odd) | (no_close & odd)
    swapped = (no_open & odd) | (no_close & ~odd)
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
