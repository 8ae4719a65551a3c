"""The few records that are no plain physical line, followed one by one."""

from dataclasses import dataclass

import numpy as np

from pipeline.read.dialect import Dialect
from pipeline.read.physical import Lines
from pipeline.read.quotes import Quotes
from pipeline.read.scalar import Record, read_line

MAX_OPEN_BYTES = 64 * 2**20
"""A record that would reach further while a quoted cell is open is broken (in code units)."""


@dataclass
class _State:
    """How far a record has come: delimiters seen, inside quotes, a loose quote seen, sound."""

    delimiters: int = 0
    inside: bool = False
    loose: bool = False
    sound: bool = True


class Walk:
    """What becomes of the physical lines of a buffer; by default each is a record of its own.

    Attributes:
        stop: lines settled; the record that begins there is not complete yet.
        broken: lines that are a record only because the quoting broke.
        delimiters: of single lines, where bits did not tell.
        merged: first and last lines of sound records of several lines.
        loose: lines that begin a record with a quote in an unquoted cell.
        read: lines read so far, ahead of a cut too.
        resynchronised: lines read again after a cut.
    """

    def __init__(
        self, lines: Lines, cells: int, dialect: Dialect, *, final: bool, read: int
    ) -> None:
        """Begin at the buffer's start, of which `read` lines were read before an earlier cut."""
        self.stop = lines.count
        self.broken: list[int] = []
        self.delimiters: dict[int, int] = {}
        self.merged: list[tuple[int, int]] = []
        self.loose: list[int] = []
        self.read = read
        self.resynchronised = 0
        self._lines = lines
        self._cells = cells
        self._dialect = dialect
        self._final = final

    def settle(self, quotes: Quotes) -> None:
        """Follow every record that begins on a line which bits alone do not settle."""
        special = np.flatnonzero((quotes.open | quotes.bad_outside) & ~self._lines.skipped)
        following = np.searchsorted(quotes.holding, special, side="right")
        holding = quotes.holding.tolist()
        done = 0
        for line, place in zip(special.tolist(), following.tolist(), strict=True):
            if line < done:
                continue
            if quotes.loose[line]:
                self.delimiters[line] = int(self._lines.delimiters[line])
                self.loose.append(line)
                continue
            last = self._record(quotes, line, holding, place)
            if last is None:
                self.stop = line
                return
            done = last + 1

    def _record(self, quotes: Quotes, line: int, holding: list[int], place: int) -> int | None:
        """Follow the record that begins on a line; `place` is the next line with quotes.

        Returns:
            The last physical line that needs no further look, or None where the buffer ends
            before the record does.
        """
        state = _State()
        self._step(state, quotes, line)
        reach, last = self._reach(line), line
        while state.inside and state.sound and state.delimiters < self._cells:
            if place >= len(holding) or holding[place] > reach:
                return self._unclosed(line, reach)
            last = holding[place]
            self._step(state, quotes, last)
            place += 1
        return self._close(state, line, last)

    def _reach(self, line: int) -> int:
        """The last line that a record may reach while a quoted cell is open."""
        borders = self._lines.borders
        limit = borders[line] + MAX_OPEN_BYTES
        return max(line, int(np.searchsorted(borders, limit, side="right")) - 2)

    def _unclosed(self, line: int, reach: int) -> int | None:
        lines = self._lines
        beyond = len(lines.units) - lines.borders[line] > MAX_OPEN_BYTES
        if not (self._final or beyond):
            return None
        return self._cut(line, reach)

    def _cut(self, line: int, last: int) -> int:
        """End a record at its first line; the lines up to `last` are read again."""
        self.broken.append(line)
        self.resynchronised += max(0, last - max(line, self.read - 1))
        self.read = max(self.read, last + 1)
        return line

    def _close(self, state: _State, line: int, last: int) -> int:
        right = state.delimiters + 1 == self._cells
        if not state.sound or state.inside or (last > line and not right):
            return self._cut(line, last)
        if state.loose:
            self.loose.append(line)
        if last > line:
            self.merged.append((line, last))
        else:
            self.delimiters[line] = state.delimiters
        return last

    def _step(self, state: _State, quotes: Quotes, line: int) -> None:
        """Take one physical line, by its bits where they suffice."""
        bad = quotes.bad_inside if state.inside else quotes.bad_outside
        if not bad[line]:
            delimiters = quotes.inside if state.inside else quotes.outside
            state.delimiters += int(delimiters[line])
            state.inside ^= bool(quotes.open[line])
            return
        start, end = self._lines.borders[line : line + 2]
        record = Record(inside=state.inside, loose=0 if state.loose else None)
        read_line(record, self._lines.units[start:end].tobytes(), self._dialect)
        state.delimiters += len(record.cells) - 1
        state.inside, state.sound = record.inside, record.sound
        state.loose = record.loose is not None
