"""The few records that are no plain physical line, followed one by one."""

from bisect import bisect_left, bisect_right

import numpy as np

from pipeline.read.dialect import Dialect
from pipeline.read.physical import Lines
from pipeline.read.quotes import Quotes
from pipeline.read.scalar import Outline, read_line

MAX_OPEN_BYTES = 64 * 2**20
"""A record that would reach further while a quoted cell is open is broken (in code units)."""


class _Run:
    """Consecutive lines with quotes, read from inside quotes and each left inside them.

    Several records may be followed through the same lines, each cut before the next begins there.
    What the lines say is kept, so that following costs no more than reading them once.

    Attributes:
        first: where the run begins among the lines with quotes.
        sums: delimiters that separate cells, up to and with each line.
        loose: places of lines with a quote in an unquoted cell.
        end: how the last line ended, where it did not stay inside quotes.
    """

    def __init__(self, first: int) -> None:
        """Begin a run without lines."""
        self.first = first
        self.sums: list[int] = []
        self.loose: list[int] = []
        self.end: Outline | None = None

    @property
    def after(self) -> int:
        """The place after the run's last line."""
        return self.first + len(self.sums)

    def add(self, line: Outline) -> None:
        """Lengthen the run by a line that was read from inside quotes."""
        if line.loose:
            self.loose.append(self.after)
        self.sums.append(line.delimiters + (self.sums[-1] if self.sums else 0))
        if not (line.inside and line.sound):
            self.end = line

    def decides(self, state: Outline, place: int, cells: int) -> int | None:
        """Where a record that comes to a place of the run closes, breaks or has too many cells."""
        before = self._sum(place)
        wanted = before + cells - state.delimiters
        full = self.first + bisect_left(self.sums, wanted, place - self.first)
        loose = bisect_left(self.loose, place) + (not state.loose)
        broken = self.loose[loose] if loose < len(self.loose) else self.after
        ended = self.after if self.end is None else self.after - 1
        at = min(full, broken, ended)
        return at if at < self.after else None

    def finish(self, state: Outline, place: int, at: int) -> None:
        """Take a record from a place to where the run decides about it."""
        seen = bisect_right(self.loose, at) - bisect_left(self.loose, place)
        state.delimiters += self._sum(at + 1) - self._sum(place)
        state.sound = seen + state.loose <= 1
        state.loose |= seen > 0
        if self.end is not None and at == self.after - 1:
            state.inside = self.end.inside
            state.sound &= self.end.sound

    def _sum(self, place: int) -> int:
        return self.sums[place - self.first - 1] if place > self.first else 0


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
        self._run = _Run(0)

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
        state = self._read(Outline(), quotes, line)
        if not (state.inside and state.sound and state.delimiters < self._cells):
            return self._close(state, line, line)
        if not self._run.first <= place < self._run.after:
            self._run = _Run(place)
        run, reach = self._run, self._reach(line)
        while (at := run.decides(state, place, self._cells)) is None:
            if run.after >= len(holding) or holding[run.after] > reach:
                return self._unclosed(line, reach)
            run.add(self._read(Outline(inside=True), quotes, holding[run.after]))
        run.finish(state, place, at)
        return self._close(state, line, holding[at])

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

    def _close(self, state: Outline, line: int, last: int) -> int:
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

    def _read(self, state: Outline, quotes: Quotes, line: int) -> Outline:
        """Take one physical line, by its bits where they suffice."""
        bad = quotes.bad_inside if state.inside else quotes.bad_outside
        if bad[line]:
            start, end = self._lines.borders[line : line + 2]
            read_line(state, self._lines.units[start:end].tobytes(), self._dialect)
        else:
            delimiters = quotes.inside if state.inside else quotes.outside
            state.delimiters += int(delimiters[line])
            state.inside ^= bool(quotes.open[line])
        return state
