"""One physical line as a compiled loop: its cells, and how it leaves its record.

The grammar is that of `scalar`, which says it in words; here a line costs one look at each byte.
"""

from typing import Any

import numpy as np

from pipeline.compiled import kernel
from pipeline.read.kernel_words import found, lowest, repeated, word

LF, CR = 10, 13
NOWHERE = -1
"""Where a physical line ends whose end is not in the buffer yet."""


@kernel()
def ended(units: Any, at: Any, final: Any) -> Any:
    """One past the end of the physical line whose end stands at a place, or nowhere."""
    count = len(units)
    if at >= count:
        return count if final else NOWHERE
    if units[at] == LF:
        return at + 1
    if at + 1 < count:
        return at + 1 + (units[at + 1] == LF)
    # The LF of a CRLF may be the next unit.
    return count if final else NOWHERE


@kernel()
def next_mark(units: Any, at: Any, one: Any, other: Any) -> Any:
    """The next line end or one of two marks; past the last unit where there is none."""
    count = len(units)
    first, second = repeated(one), repeated(other)
    feed, carriage = repeated(LF), repeated(CR)
    while at + 8 <= count:
        held = word(units, at)
        hits = found(held, first) | found(held, second) | found(held, feed) | found(held, carriage)
        if hits:
            return at + lowest(hits)
        at += 8
    while at < count and not (
        units[at] == one or units[at] == other or units[at] == LF or units[at] == CR
    ):
        at += 1
    return at


@kernel()
def _quoted(units: Any, at: Any, quote: Any, escape: Any) -> Any:
    """Where a quoted cell closes, one past its quote, or where its physical line ends."""
    count = len(units)
    while True:
        at = next_mark(units, at, quote, escape)
        if at >= count or units[at] == LF or units[at] == CR:
            return at, False
        follows = np.int64(units[at + 1]) if at + 1 < count else np.int64(LF)
        if units[at] == escape and escape != quote:
            # At the end of a line it is a character like any other.
            at += 1 if follows in (LF, CR) else 2
        elif escape == quote and follows == quote:
            at += 2
        else:
            return at + 1, True


@kernel()
def _unquoted(units: Any, at: Any, marks: Any, loose: Any) -> Any:
    """Where an unquoted cell ends, whether one with a quote was met, and whether that is sound."""
    delimiter, quote, _, stop = marks
    at = next_mark(units, at, delimiter, stop)
    if at >= len(units) or units[at] != quote:
        return at, loose, True
    return next_mark(units, at, delimiter, delimiter), True, not loose


@kernel()
def read_line(units: Any, place: Any, marks: Any, state: Any, cells: Any, row: Any) -> Any:
    """Read a physical line on from where its record stands.

    Args:
        units: of the buffer.
        place: where the line begins, where its record does, and whether the buffer ends the file.
        marks: delimiter, quote (beyond all units where there is none), escape (the quote itself
            where quotes are doubled), and what to stop at in unquoted cells (the quote, if any).
        state: the record's cell that the line begins in, whether an unquoted one has held a quote,
            and whether the line begins inside quotes.
        cells: takes where the record's cells end, from its start, as far as there is room.
        row: the record's.

    Returns:
        One past the line, the state that it ends in, and whether it is sound.
    """
    at, begin, final = place
    delimiter, quote, escape, _ = marks
    cell, loose, inside = state
    count = len(units)
    sound = True
    while True:
        if not inside and at < count and units[at] == quote:
            inside = True
            at += 1
        if inside:
            at, closed = _quoted(units, at, quote, escape)
            if not closed:
                return ended(units, at, final), (cell, loose, True), True
            inside = False
            sound = at >= count or units[at] in (delimiter, LF, CR)
        else:
            at, loose, sound = _unquoted(units, at, marks, loose)
        if cell < cells.shape[1]:
            cells[row, cell] = at - begin
        if not sound or at >= count or units[at] != delimiter:
            break
        cell += 1
        at += 1
    if not sound:
        at = next_mark(units, at, LF, LF)
    return ended(units, at, final), (cell, loose, False), sound


@kernel()
def skipped(units: Any, at: Any, signs: Any) -> Any:
    """Whether the physical line that begins here is no record: blank, or opened by a sign."""
    if units[at] == LF or units[at] == CR:
        return True
    first = np.int64(0)
    while first < len(signs):
        size = np.int64(signs[first])
        if at + size <= len(units):
            same = 0
            while same < size and units[at + same] == signs[first + 1 + same]:
                same += 1
            if same == size:
                return True
        first += 1 + size
    return False
