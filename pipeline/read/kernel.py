"""Framing as a compiled loop: where records and their cells end, and which records are sound."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel_lines import NOWHERE, after_line, line_end, read_line, skipped

SOUND, FIELD_COUNT, BAD_QUOTING, CELLS_PADDED = range(4)
_BEYOND = 2**40
ABSENT = np.uint32(2**32 - 1)
"""Where a cell ends that a padded record does not have."""
TOLD = RECORDS, USED, PHYSICAL, READ, AGAIN, SCANNED = tuple(range(6))
"""Places of what `frame` tells of a buffer: its records, units framed, physical lines in those,
lines read ahead, lines read again, and units looked at."""
PLACES = STARTS, STOPS, LINES = tuple(range(3))
"""Places of what it tells of each record: where it begins and ends, and its first line."""
RUN = _SUMS, _ENDS, _MARKS, _LOOSE = tuple(range(4))
"""Places of what is kept of each line that was read from inside quotes: delimiters up to and with
it, where it ends, and the first mark there; and in a list of its own, which have a quote in an
unquoted cell."""
KEPT = _FIRST, _AFTER, _HELD, _INSIDE, _SOUND = tuple(range(5))
"""Places of what is kept of all of them: the first, the one after the last, how many have such a
quote, and whether the last ended inside quotes, and soundly."""


@kernel()
def _first_of(values: Any, low: Any, high: Any, wanted: Any) -> Any:
    """The first place from `low` on, before `high`, whose value is no less; `high` if none is."""
    while low < high:
        middle = (low + high) // 2
        if values[middle] < wanted:
            low = middle + 1
        else:
            high = middle
    return low


@kernel()
def _decides(run: Any, kept: Any, place: Any, state: Any, width: Any) -> Any:
    """The line of the run on which a record that comes to a place of it is decided; else nowhere.

    There it closes, breaks, has too many cells or a second loose one.
    """
    cell, loose, _ = state
    first, after = kept[_FIRST], kept[_AFTER]
    before = run[_SUMS, place - first - 1] if place > first else 0
    wanted = before + width - cell
    full = first + _first_of(run[_SUMS], place - first, after - first, wanted)
    second = _first_of(run[_LOOSE], 0, kept[_HELD], place) + (0 if loose else 1)
    broken = run[_LOOSE, second] if second < kept[_HELD] else after
    ended = after if kept[_INSIDE] and kept[_SOUND] else after - 1
    decided = min(full, broken, ended)
    return decided if decided < after else NOWHERE


@kernel()
def _closes(run: Any, kept: Any, span: Any, state: Any, width: Any) -> Any:
    """Whether a record that comes to a place of the run ends soundly with the line that decides."""
    place, last = span
    cell, loose, _ = state
    first = kept[_FIRST]
    before = run[_SUMS, place - first - 1] if place > first else 0
    seen = _first_of(run[_LOOSE], 0, kept[_HELD], last + 1)
    seen -= _first_of(run[_LOOSE], 0, kept[_HELD], place)
    whole = cell + run[_SUMS, last - first] - before + 1 == width
    ends = last == kept[_AFTER] - 1 and kept[_SOUND] and not kept[_INSIDE]
    return whole and ends and seen + loose <= 1


@kernel()
def _lengthened(text: Any, where: Any, marks: Any, cells: Any, run: Any, kept: Any) -> Any:
    """Read one line more from inside quotes: where it ends; it joins the run if that is near."""
    at, mark, begin, final, reach = where
    # In a cell beyond all that there is room for: nothing is told of where it ends.
    place, begun = (at, mark, begin, final), (_BEYOND, False, True)
    after, state, sound = read_line(text, place, marks, begun, cells, 0)
    end, mark = after
    if end == NOWHERE or end > reach:
        return end
    cell, loose, inside = state
    size = kept[_AFTER] - kept[_FIRST]
    run[_SUMS, size] = cell - _BEYOND + (run[_SUMS, size - 1] if size else 0)
    run[_ENDS, size], run[_MARKS, size] = end, mark
    if loose:
        run[_LOOSE, kept[_HELD]] = kept[_AFTER]
        kept[_HELD] += 1
    kept[_AFTER] += 1
    kept[_INSIDE], kept[_SOUND] = inside, sound
    return end


@kernel()
def _follow(
    text: Any, span: Any, marks: Any, state: Any, cells: Any, run: Any, kept: Any, told: Any
) -> Any:
    """Follow a record that its first line leaves inside quotes.

    What lines say that are read from inside is kept: several records may be followed through the
    same lines, each cut before the next begins there, and none is read twice for it.

    Args:
        text: see `read_line`.
        span: where the record begins, its first line's end, the first mark there, the line's
            number, how far the record may reach, and whether the buffer ends the file.
        marks: see `read_line`.
        state: after the first line.
        cells: takes nothing.
        run: room for what is kept of lines, see `RUN`.
        kept: what is kept of them all, see `KEPT`.
        told: counts what is looked at.
        width: cells of a record.

    Returns:
        The line that decides about the record, or the last one within reach, and whether the
        record ends soundly with it; nowhere where more of the file must be read to tell.
    """
    begin, end, mark, line, reach, final = span
    place, width = line + 1, cells.shape[1]
    if not kept[_FIRST] <= place < kept[_AFTER]:
        kept[_FIRST] = kept[_AFTER] = place
        kept[_HELD] = 0
        kept[_INSIDE] = kept[_SOUND] = 1
    while True:
        decided = _decides(run, kept, place, state, width)
        if decided != NOWHERE:
            return decided, _closes(run, kept, (place, decided), state, width)
        size = kept[_AFTER] - kept[_FIRST]
        at, after = (run[_ENDS, size - 1], run[_MARKS, size - 1]) if size else (end, mark)
        stop = NOWHERE
        if at < len(text[0]):
            stop = _lengthened(text, (at, after, begin, final, reach), marks, cells, run, kept)
        told[SCANNED] += max(stop - at, 0)
        if stop == NOWHERE or stop > reach:
            known = final or len(text[0]) > reach
            return (max(line, kept[_AFTER] - 1) if known else NOWHERE), False


@kernel()
def _rest(text: Any, span: Any, marks: Any, state: Any, cells: Any, row: Any) -> Any:
    """Read the further lines of a sound record once more for its cells: where the last ends."""
    begin, after, lines, final = span
    for _ in range(lines):
        place = (after[0], after[1], begin, final)
        after, state, _ = read_line(text, place, marks, state, cells, row)
    return after


@kernel()
def _verdict(cell: Any, cells: Any, row: Any, padded: Any) -> Any:
    """The verdict on a record of one sound line, by its last cell."""
    width = cells.shape[1]
    if cell + 1 == width:
        return SOUND
    if cell + 1 > width or not padded:
        return FIELD_COUNT
    cells[row, cell + 1 :] = ABSENT
    return CELLS_PADDED


@kernel()
def _passed(text: Any, at: Any, mark: Any, signs: Any, final: Any) -> Any:
    """One past the line that begins here if it is no record: blank, or opened by a sign."""
    if not skipped(text[0], at, signs):
        return at, mark
    return after_line(text, line_end(text, mark), final)


@kernel()
def _cut(line: Any, last: Any, told: Any) -> Any:
    """End a record at its first line; those up to the last that was read are read again."""
    told[AGAIN] += max(0, last - max(line, told[READ] - 1))
    told[READ] = max(told[READ], last + 1)
    return line


@kernel()
def _record(
    text: Any, span: Any, how: Any, marks: Any, cells: Any, run: Any, kept: Any, told: Any
) -> Any:
    """Read the record that begins at a place: where it ends, its last line and its verdict.

    It ends nowhere where more of the file must be read to tell.
    """
    at, mark, line, row = span
    final, padded, limit = how
    begun, width = (0, False, False), cells.shape[1]
    after, state, sound = read_line(text, (at, mark, at, final), marks, begun, cells, row)
    if after[0] == NOWHERE:
        return after, line, SOUND
    told[SCANNED] += after[0] - at
    last, whole = line, sound and not state[2]
    if sound and state[2] and state[0] < width:
        reached = (at, after[0], after[1], line, at + limit, final)
        last, whole = _follow(text, reached, marks, state, cells, run, kept, told)
        if last == NOWHERE:
            return (NOWHERE, mark), line, SOUND
    if not whole:
        return after, _cut(line, last, told), BAD_QUOTING
    if last == line:
        return after, line, _verdict(state[0], cells, row, padded)
    return _rest(text, (at, after, last - line, final), marks, state, cells, row), last, SOUND


@kernel(
    f"void({BYTES}, boolean, boolean, int64, uint32[::1], UniTuple(int64, 3), int64[::1], "
    "int64[:, ::1], uint8[::1], uint32[:, ::1], int64[:, ::1], int64[::1], int64[::1])"
)
def frame(
    units: Any,
    final: Any,
    padded: Any,
    limit: Any,
    listed: Any,
    marks: Any,
    signs: Any,
    places: Any,
    verdicts: Any,
    cells: Any,
    run: Any,
    kept: Any,
    told: Any,
) -> None:
    """Frame a buffer that begins at the start of a record.

    Args:
        units: its code units, each as one byte (255 for those beyond).
        final: whether it ends the file; else its last line and record may be incomplete.
        padded: whether a short record of one physical line is sound.
        limit: the most units from a record's start to the end of a line that decides about it.
        listed: the places of its marks and line ends, and last the buffer's end.
        marks: see `read_line`.
        signs: texts that open a line which is no record, each after its length.
        places: takes a column for each record: see `PLACES`.
        verdicts: takes one for each.
        cells: takes a row for each: where its cells end, from its start.
        run: room for what is kept of lines, as many as physical lines.
        kept: room for what is kept of them all, of zeros.
        told: takes what is told, see `TOLD`; `READ` is given.
    """
    text, how = (units, listed), (final, padded, limit)
    at = mark = line = record = 0
    while at < len(units):
        after, last = _passed(text, at, mark, signs, final), line
        if after[0] == at:
            span = (at, mark, line, record)
            after, last, verdict = _record(text, span, how, marks, cells, run, kept, told)
            if after[0] != NOWHERE:
                places[STARTS, record], places[STOPS, record] = at, after[0]
                places[LINES, record], verdicts[record] = line, verdict
                record += 1
        if after[0] == NOWHERE:
            break
        at, mark = after
        line = last + 1
    told[RECORDS], told[USED], told[PHYSICAL] = record, at, line
    told[READ] = max(told[READ], line)
