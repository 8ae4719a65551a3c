"""One physical line as a compiled loop: its cells, and how it leaves its record.

The grammar is that of `scalar`, which says it in words; here a line costs one look at each byte.
"""

from typing import Any

import numpy as np

from pipeline.compiled import kernel

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
def line_end(text: Any, mark: Any) -> Any:
    """The mark with which the physical line ends that a mark stands on."""
    units, places = text
    while places[mark] < len(units) and units[places[mark]] not in (LF, CR):
        mark += 1
    return mark


@kernel()
def after_line(text: Any, mark: Any, final: Any) -> Any:
    """One past the physical line that ends with a mark, or nowhere, and the first mark there."""
    units, places = text
    end = ended(units, np.int64(places[mark]), final)
    while places[mark] < end:
        mark += 1
    return end, mark


@kernel()
def _quoted(text: Any, mark: Any, marks: Any) -> Any:
    """The mark with which a quoted cell closes, or its physical line ends."""
    units, places = text
    delimiter, quote, escape = marks
    count = len(units)
    while True:
        at = np.int64(places[mark])
        if at >= count or units[at] == LF or units[at] == CR:
            return mark, False
        follows = np.int64(units[at + 1]) if at + 1 < count else np.int64(LF)
        if units[at] == delimiter:
            mark += 1
        elif units[at] == escape and escape != quote:
            # At the end of a line it is a character like any other.
            mark += 1 + (follows not in (LF, CR) and places[mark + 1] == at + 1)
        elif escape == quote and follows == quote:
            mark += 2
        else:
            return mark, True


@kernel()
def _unquoted(text: Any, mark: Any, marks: Any, loose: Any) -> Any:
    """The mark that ends an unquoted cell, whether a quote was met, and whether that is sound."""
    units, places = text
    delimiter, quote, _ = marks
    begun, sound = loose, True
    while places[mark] < len(units) and units[places[mark]] not in (delimiter, LF, CR):
        if units[places[mark]] == quote:
            loose, sound = True, not begun
        mark += 1
    return mark, loose, sound


@kernel()
def read_line(text: Any, place: Any, marks: Any, state: Any, cells: Any, row: Any) -> Any:
    """Read a physical line on from where its record stands.

    Args:
        text: the units of the buffer, and the places of its marks: see `kernel_marks`.
        place: where the line begins, the first mark there, where its record begins, and whether
            the buffer ends the file.
        marks: delimiter, quote (beyond all units where there is none), and escape (the quote itself
            where quotes are doubled).
        state: the record's cell that the line begins in, whether an unquoted one has held a quote,
            and whether the line begins inside quotes.
        cells: takes where the record's cells end, from its start, as far as there is room.
        row: the record's.

    Returns:
        One past the line and the first mark there, the state that it ends in, and whether it is
        sound.
    """
    units, places = text
    at, mark, begin, final = place
    delimiter, quote, _ = marks
    cell, loose, inside = state
    count = len(units)
    while True:
        if not inside and at < count and units[at] == quote:
            inside, mark = True, mark + 1
        if inside:
            mark, closed = _quoted(text, mark, marks)
            if not closed:
                return after_line(text, mark, final), (cell, loose, True), True
            at = np.int64(places[mark]) + 1
            inside, mark = False, mark + 1
            sound = at >= count or units[at] in (delimiter, LF, CR)
        else:
            mark, loose, sound = _unquoted(text, mark, marks, loose)
            at = np.int64(places[mark])
        if cell < cells.shape[1]:
            cells[row, cell] = at - begin
        if not sound or at >= count or units[at] != delimiter:
            break
        at, mark, cell = at + 1, mark + 1, cell + 1
    return after_line(text, line_end(text, mark), final), (cell, loose, False), sound


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
