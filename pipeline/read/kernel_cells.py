"""Cells of framed records as compiled loops: which rows are the same, and their text for polars."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel import ABSENT
from pipeline.read.kernel_words import word

_HALF = np.uint64(32)
_INLINE = 12
"""Bytes of a text that polars keeps in the view itself (Arrow columnar format, binary views)."""
_BYTES = [2 ** (8 * size) - 1 for size in range(9)]
_FIRST = np.array([_BYTES[min(size, 4)] for size in range(_INLINE + 1)], dtype=np.uint64)
_REST = np.array([_BYTES[max(size - 4, 0)] for size in range(_INLINE + 1)], dtype=np.uint64)
"""Of a text of so many bytes those that stand in a view's first word, and in its second."""


@kernel()
def tail(units: Any, at: Any, size: Any) -> Any:
    """Up to eight bytes as one word, those beyond `size` zero."""
    if size >= 8:
        return word(units, at)
    if at + 8 <= len(units):
        return word(units, at) & ((np.uint64(1) << np.uint64(8 * size)) - np.uint64(1))
    held = np.uint64(0)
    for place in range(size):
        held |= np.uint64(units[at + place]) << np.uint64(8 * place)
    return held


@kernel()
def span_of(starts: Any, cells: Any, record: Any, first: Any, last: Any) -> Any:
    """Where some neighbouring cells of a record begin and end; nothing where it has none."""
    begin = np.int64(0)
    if first > 0:
        if cells[record, first - 1] == ABSENT:
            return starts[record], starts[record]
        begin = np.int64(cells[record, first - 1]) + 1
    while last >= first and cells[record, last] == ABSENT:
        last -= 1
    end = np.int64(cells[record, last]) if last >= first else begin
    return starts[record] + begin, starts[record] + max(begin, end)


@kernel()
def _resolved(units: Any, at: Any, end: Any, escape: Any, side: Any, begin: Any) -> Any:
    """Copy the inside of a quoted cell with its marks resolved, as far as there is room."""
    while at < end:
        if units[at] == escape and at + 1 < end:
            at += units[at + 1] != 10 and units[at + 1] != 13
        if begin < len(side):
            side[begin] = units[at]
        begin += 1
        at += 1
    return begin


@kernel()
def _view(units: Any, at: Any, size: Any, buffer: Any, views: Any, place: Any) -> None:
    """A text as polars takes it: within the view where it is short, else by its place."""
    column, row = place
    if at + _INLINE <= len(units):
        first, rest = word(units, at), word(units, at + 4)
    else:
        first, rest = tail(units, at, min(size, 4)), tail(units, at + 4, max(size - 4, 0))
    if size <= _INLINE:
        views[column, row, 0] = np.uint64(size) | (first & _FIRST[size]) << _HALF
        views[column, row, 1] = rest & _REST[size]
    else:
        views[column, row, 0] = np.uint64(size) | first << _HALF
        views[column, row, 1] = np.uint64(buffer) | np.uint64(at) << _HALF


@kernel()
def _told(units: Any, span: Any, marks: Any, side: Any, used: Any, views: Any, place: Any) -> Any:
    """The text of a cell; how much of `side` is wanted with it."""
    at, end = span
    quote, escape = marks
    if at == end or units[at] != quote:
        _view(units, at, end - at, 0, views, place)
        return used
    at, end = at + 1, end - 1
    mark = at
    while mark < end and units[mark] != escape:
        mark += 1
    if mark == end:
        _view(units, at, end - at, 0, views, place)
        return used
    wanted = _resolved(units, at, end, escape, side, used)
    if wanted <= len(side):
        _view(side, used, wanted - used, 1, views, place)
    return wanted


@kernel()
def _one(starts: Any, cells: Any, record: Any, column: Any) -> Any:
    """Where a cell of a record begins and ends."""
    end = cells[record, column]
    begin = np.int64(0) if column == 0 else np.int64(cells[record, column - 1]) + 1
    if end == ABSENT:
        return starts[record], starts[record]
    return starts[record] + begin, starts[record] + np.int64(end)


@kernel(
    f"int64({BYTES}, int64[::1], uint32[:, ::1], boolean[::1], uint32[::1], int64[::1], "
    "UniTuple(int64, 2), uint64[:, :, ::1], uint8[::1])"
)
def views(
    units: Any,
    starts: Any,
    cells: Any,
    blank: Any,
    rows: Any,
    columns: Any,
    marks: Any,
    views: Any,
    side: Any,
) -> Any:
    """The text of some cells of some records.

    Args:
        units: text in UTF-8.
        starts: where each record begins.
        cells: where its cells end, from there.
        blank: records whose cells are told empty.
        rows: the records asked for.
        columns: the cells; all of a row at once, for a row is in no cache any more.
        marks: the quote, beyond all units where there is none, and the escape: the quote itself
            where quotes are doubled.
        views: takes two words for each column and row.
        side: takes the text of cells whose marks must be resolved.

    Returns:
        Bytes wanted of `side`; where it has fewer, ask again with as many.
    """
    used = 0
    for row in range(len(rows)):
        record = np.int64(rows[row])
        for place in range(len(columns)):
            span = (starts[record], starts[record])
            if not blank[record]:
                span = _one(starts, cells, record, columns[place])
            used = _told(units, span, marks, side, used, views, (place, row))
    return used
