"""Where records begin and end, and which of them are structurally sound.

Every physical line is judged twice from bit sets: as it reads from the start of a record and as it
reads from inside quotes. Only lines that leave a quoted cell open, or break the quoting, are walked
one by one; all others are records of their own.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.read import bits
from pipeline.read.bits import Positions, Rank
from pipeline.read.dialect import Dialect
from pipeline.read.scalar import CR, LF, Record, read_line

MAX_OPEN_BYTES = 64 * 2**20
"""A record still inside quotes this many bytes after its start is BAD_QUOTING."""

_NO_UNIT = 1
"""Stands for a quote where the dialect has none; what is found is not used."""

SOUND, FIELD_COUNT, BAD_QUOTING, CELLS_PADDED, BAD_ENCODING = range(5)
"""Structural verdicts on a record, as codes; BAD_ENCODING is set after framing."""

Units = NDArray[np.uint8]
Flags = NDArray[np.bool_]


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
        skipped: blank and comment lines.
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
    skipped: int


@dataclass
class _Lines:
    """The physical lines of a buffer and what their delimiters say."""

    units: Units
    borders: Positions
    terminal: bits.Words
    blank: Flags
    comment: Flags
    cells: Positions

    @property
    def count(self) -> int:
        return len(self.borders) - 1


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
    lines = _physical(units, dialect, (marks, feeds, returns), final=final)
    walk = _Walk(lines, cells, final=final, read=read)
    if dialect.quote and lines.count and quotes.any():
        _Quotes(lines, dialect, marks, quotes).settle(walk, dialect)
    return walk.frame(pad_short=dialect.pad_short)


def _physical(
    units: Units,
    dialect: Dialect,
    sets: tuple[bits.Words, bits.Words, bits.Words],
    *,
    final: bool,
) -> _Lines:
    """Cut a buffer at its line ends: LF, CRLF, and CR alone."""
    marks, feeds, returns = sets
    terminal = feeds
    if returns.any():
        terminal = feeds | returns
        feeds = feeds | (returns & ~bits.before(feeds))
        last = len(units) - 1
        if not final and units[last] == CR:
            feeds[last >> 6] &= ~(np.uint64(1) << np.uint64(last & 63))
    borders = np.concatenate([[0], bits.positions(feeds) + 1]).astype(np.int64)
    if final and borders[-1] < len(units):
        borders = np.append(borders, len(units))
    first = units[borders[:-1]]
    blank = (first == LF) | (first == CR)
    comment = np.zeros(len(first), dtype=np.bool_)
    if dialect.comment:
        sign = dialect.comment.encode()
        comment = first == sign[0]
        for line in np.flatnonzero(comment) if len(sign) > 1 else ():
            start = borders[line]
            comment[line] = units[start : start + len(sign)].tobytes() == sign
    cells = Rank(marks).between(borders) + 1
    return _Lines(units, borders, terminal, blank, comment, cells)


class _Walk:
    """What becomes of each physical line; by default it is a record of its own."""

    def __init__(self, lines: _Lines, cells: int, *, final: bool, read: int) -> None:
        self.lines = lines
        self.cells = cells
        self.final = final
        self.read = read
        self.resynchronised = 0
        self.counts = lines.cells
        self.stop = lines.count
        self.broken: list[int] = []
        self.single: dict[int, int] = {}
        self.merged: list[tuple[int, int]] = []
        self.loose: list[int] = []

    def cut(self, line: int, last: int) -> None:
        """End a record at its first line; the lines up to `last` are read again."""
        self.broken.append(line)
        self.resynchronised += max(0, last - max(line, self.read - 1))
        self.read = max(self.read, last + 1)

    def frame(self, *, pad_short: bool) -> Frame:
        """The records, once every special line has been walked."""
        lines, stop = self.lines, self.stop
        kept = ~(lines.blank | lines.comment)
        ends = lines.borders[1:].copy()
        joined = np.zeros(lines.count + 1, dtype=np.int64)
        if self.merged:
            first, last = np.array(self.merged).T
            ends[first] = ends[last]
            joined[first + 1] += 1
            joined[last + 1] -= 1
        inner = np.cumsum(joined)[:-1] > 0
        verdicts = self._verdicts(pad_short=pad_short)
        loose = np.zeros(lines.count, dtype=np.bool_)
        loose[self.loose] = True
        chosen = np.flatnonzero(kept[:stop] & ~inner[:stop])
        return Frame(
            starts=lines.borders[chosen],
            ends=ends[chosen],
            lines=chosen,
            verdicts=verdicts[chosen],
            loose=loose[chosen],
            used=int(lines.borders[stop]),
            physical=stop,
            read=max(self.read, stop),
            resynchronised=self.resynchronised,
            skipped=int(np.count_nonzero(~kept[:stop] & ~inner[:stop])),
        )

    def _verdicts(self, *, pad_short: bool) -> NDArray[np.uint8]:
        counts = self.counts
        counts[list(self.single)] = list(self.single.values())
        verdicts = np.where(counts == self.cells, SOUND, FIELD_COUNT).astype(np.uint8)
        if pad_short:
            verdicts[counts < self.cells] = CELLS_PADDED
        verdicts[[first for first, _ in self.merged]] = SOUND
        verdicts[self.broken] = BAD_QUOTING
        return verdicts


class _Quotes:
    """Physical lines as they read from a record's start, and as they read from inside quotes."""

    def __init__(
        self, lines: _Lines, dialect: Dialect, marks: bits.Words, quotes: bits.Words
    ) -> None:
        units, borders = lines.units, lines.borders
        parity = bits.odd_before(quotes)
        rank = Rank(quotes)
        before = rank.at(borders)
        swapped = (before[:-1] & 1).astype(np.bool_)
        number = np.diff(before)
        within = Rank(marks & parity).between(borders)
        total = lines.cells - 1
        self.outside = np.where(swapped, within, total - within)
        self.inside = total - self.outside
        self.open = (number & 1).astype(np.bool_)
        wrong, wrong_swapped, opening = _wrong(len(units), marks | lines.terminal, quotes, parity)
        direct, other = Rank(wrong).between(borders) > 0, Rank(wrong_swapped).between(borders) > 0
        self.bad_outside = np.where(swapped, other, direct)
        self.bad_inside = np.where(swapped, direct, other)
        if dialect.escape is not None:
            escaped = Rank(*bits.equal(units, ord(dialect.escape))).between(borders) > 0
            self.bad_outside = self.bad_inside = (number > 0) | escaped
            number = number + escaped
        self.quoted = np.flatnonzero(number)
        self.only_loose = self._only_loose(lines, rank, number, marks, opening, quotes)
        self.special = np.flatnonzero(self.open | self.bad_outside)

    def _only_loose(
        self,
        lines: _Lines,
        rank: Rank,
        number: Positions,
        marks: bits.Words,
        opening: bits.Words,
        quotes: bits.Words,
    ) -> Flags:
        """Lines whose quotes all stand in one unquoted cell, such as `7" Mix`."""
        only = np.zeros(lines.count, dtype=np.bool_)
        bad = np.flatnonzero(self.bad_outside & (number > 0))
        if not len(bad):
            return only
        starts, ends = lines.borders[bad], lines.borders[bad + 1]
        openers = Rank(opening)
        free = openers.at(ends) == openers.at(starts)
        bad, starts, ends = bad[free], starts[free], ends[free]
        places = bits.positions(quotes)
        delimiters = Rank(marks)
        first, last = places[rank.at(starts)], places[rank.at(ends) - 1]
        only[bad] = delimiters.at(first) == delimiters.at(last)
        return only

    def settle(self, walk: _Walk, dialect: Dialect) -> None:
        """Walk the special lines in order and tell the walk what each turned out to be."""
        walk.counts = self.outside + 1
        runner = _Runner(self, walk, dialect)
        done = 0
        for line in self.special.tolist():
            if line < done or walk.lines.comment[line]:
                continue
            if self.only_loose[line]:
                walk.single[line] = int(walk.lines.cells[line])
                walk.loose.append(line)
                continue
            last = runner.record(line)
            if last is None:
                walk.stop = line
                return
            done = last + 1


def _wrong(
    count: int, border: bits.Words, quotes: bits.Words, parity: bits.Words
) -> tuple[bits.Words, bits.Words, bits.Words]:
    """Misplaced quotes by the buffer's parity and by its opposite, and quotes that begin a cell."""
    begins = bits.after(border)
    begins[0] |= np.uint64(1)
    finishes = bits.before(border)
    last = count - 1
    finishes[last >> 6] |= np.uint64(1) << np.uint64(last & 63)
    no_open = quotes & ~(begins | bits.after(quotes))
    no_close = quotes & ~(finishes | bits.before(quotes))
    direct = (no_open & ~parity) | (no_close & parity)
    swapped = (no_open & parity) | (no_close & ~parity)
    return direct, swapped, quotes & begins


class _Runner:
    """Follows one record over physical lines until it closes, breaks or runs out."""

    def __init__(self, quotes: _Quotes, walk: _Walk, dialect: Dialect) -> None:
        self.quotes = quotes
        self.walk = walk
        self.dialect = dialect
        self.quoted = quotes.quoted.tolist()
        self.following = np.searchsorted(quotes.quoted, quotes.special, side="right").tolist()
        self.place = dict(zip(quotes.special.tolist(), self.following, strict=True))

    def record(self, line: int) -> int | None:
        """Settle the record that begins on a line.

        Returns:
            The last physical line that needs no further look, or None where the buffer ends
            before the record does.
        """
        walk, borders = self.walk, self.walk.lines.borders
        state = _State()
        self._step(state, line)
        limit = int(np.searchsorted(borders, borders[line] + MAX_OPEN_BYTES, side="right")) - 2
        last = line
        following = self.place[line]
        while state.inside and state.sound and state.delimiters < walk.cells:
            if following >= len(self.quoted) or self.quoted[following] > limit:
                return self._unclosed(line, limit)
            last = self.quoted[following]
            self._step(state, last)
            following += 1
        return self._close(state, line, last)

    def _unclosed(self, line: int, limit: int) -> int | None:
        walk = self.walk
        beyond = walk.lines.units.size - walk.lines.borders[line] > MAX_OPEN_BYTES
        if not (walk.final or beyond):
            return None
        walk.cut(line, max(line, min(limit, walk.lines.count - 1)))
        return line

    def _close(self, state: "_State", line: int, last: int) -> int:
        walk = self.walk
        right = state.delimiters + 1 == walk.cells
        if not state.sound or state.inside or (last > line and not right):
            walk.cut(line, last)
            return line
        if state.loose:
            walk.loose.append(line)
        if last > line:
            walk.merged.append((line, last))
        else:
            walk.single[line] = state.delimiters + 1
        return last

    def _step(self, state: "_State", line: int) -> None:
        """Take one physical line, by its bits where they suffice."""
        quotes = self.quotes
        bad = quotes.bad_inside if state.inside else quotes.bad_outside
        if not bad[line]:
            counts = quotes.inside if state.inside else quotes.outside
            state.delimiters += int(counts[line])
            state.inside ^= bool(quotes.open[line])
            return
        start, end = self.walk.lines.borders[line : line + 2]
        record = Record(inside=state.inside, loose=0 if state.loose else None)
        read_line(record, self.walk.lines.units[start:end].tobytes(), self.dialect)
        state.delimiters += len(record.cells) - 1
        state.inside, state.sound = record.inside, record.sound
        state.loose = record.loose is not None


@dataclass
class _State:
    """How far a record has come: delimiters seen, inside quotes, a loose quote seen, sound."""

    delimiters: int = 0
    inside: bool = False
    loose: bool = False
    sound: bool = True
