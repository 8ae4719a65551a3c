"""One physical line as a compiled loop: its cells, and how it leaves its record.

The grammar is that of `scalar`, which says it in words; here a line costs one look at each byte.
"""

from typing import Any

import numpy as np

from pipeline.compiled import kernel
from pipeline.read.kernel_words import lowest

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
def next_mark(text: Any, at: Any) -> Any:
    """The next mark of any kind, or line end; past the last unit where there is none."""
    units, marked = text
    place = at >> 6
    held = marked[place] >> np.uint64(at & 63)
    if held:
        return at + lowest(held)
    last = len(units) >> 6
    while place < last:
        place += 1
        if marked[place]:
            return (place << 6) + lowest(marked[place])
    return len(units)


@kernel()
def line_end(text: Any, at: Any) -> Any:
    """Where the physical line ends that a place belongs to."""
    units, _ = text
    at = next_mark(text, at)
    while at < len(units) and units[at] != LF and units[at] != CR:
        at = next_mark(text, at + 1)
    return at


@kernel()
def _quoted(text: Any, at: Any, marks: Any) -> Any:
    """Where a quoted cell closes, one past its quote, or where its physical line ends."""
    units, _ = text
    delimiter, quote, escape = marks
    count = len(units)
    while True:
        at = next_mark(text, at)
        if at >= count or units[at] == LF or units[at] == CR:
            return at, False
        follows = np.int64(units[at + 1]) if at + 1 < count else np.int64(LF)
        if units[at] == delimiter:
            at += 1
        elif units[at] == escape and escape != quote:
            # At the end of a line it is a character like any other.
            at += 1 if follows in (LF, CR) else 2
        elif escape == quote and follows == quote:
            at += 2
        else:
            return at + 1, True


@kernel()
def _unquoted(text: Any, at: Any, marks: Any, loose: Any) -> Any:
    """Where an unquoted cell ends, whether one with a quote was met, and whether that is sound."""
    units, _ = text
    delimiter, quote, _ = marks
    begun, sound = loose, True
    at = next_mark(text, at)
    while at < len(units) and units[at] not in (delimiter, LF, CR):
        if units[at] == quote:
            loose, sound = True, not begun
        at = next_mark(text, at + 1)
    return at, loose, sound


@kernel()
def read_line(text: Any, place: Any, marks: Any, state: Any, cells: Any, row: Any) -> Any:
    """Read a physical line on from where its record stands.

    Args:
        text: the units of the buffer, and which of them are marks: see `kernel_marks`.
        place: where the line begins, where its record does, and whether the buffer ends the file.
        marks: delimiter, quote (beyond all units where there is none), and escape (the quote itself
            where quotes are doubled).
        state: the record's cell that the line begins in, whether an unquoted one has held a quote,
            and whether the line begins inside quotes.
        cells: takes where the record's cells end, from its start, as far as there is room.
        row: the record's.

    Returns:
        One past the line, the state that it ends in, and whether it is sound.
    """
    units, _ = text
    at, begin, final = place
    delimiter, quote, _ = marks
    cell, loose, inside = state
    count = len(units)
    sound = True
    while True:
        if not inside and at < count and units[at] == quote:
            inside = True
            at += 1
        if inside:
            at, closed = _quoted(text, at, marks)
            if not closed:
                return ended(units, at, final), (cell, loose, True), True
            inside = False
            sound = at >= count or units[at] in (delimiter, LF, CR)
        else:
            at, loose, sound = _unquoted(text, at, marks, loose)
        if cell < cells.shape[1]:
            cells[row, cell] = at - begin
        if not sound or at >= count or units[at] != delimiter:
            break
        cell += 1
        at += 1
    if not sound:
        at = line_end(text, at)
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
