"""Cells of framed records as compiled loops: which rows are the same, and their text for polars."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel import ABSENT
from pipeline.read.kernel_words import word

_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
"""Odd, from the digits of the golden ratio, and as SplitMix64 takes them."""
_HALF = np.uint64(32)
_LEAST, _FULL, _GROWTH = 1024, 2, 4
"""Places of a table at first; once one in so many is taken, it has so many times as many."""
_INLINE = 12
"""Bytes of a text that polars keeps in the view itself (Arrow columnar format, binary views)."""
_BYTES = [2 ** (8 * size) - 1 for size in range(9)]
_FIRST = np.array([_BYTES[min(size, 4)] for size in range(_INLINE + 1)], dtype=np.uint64)
_REST = np.array([_BYTES[max(size - 4, 0)] for size in range(_INLINE + 1)], dtype=np.uint64)
"""Of a text of so many bytes those that stand in a view's first word, and in its second."""


def table_size(records: int) -> int:
    """Places that a table may grow to, for so many records."""
    size = _LEAST
    while size <= _FULL * records:
        size *= _GROWTH
    return size


@kernel()
def _tail(units: Any, at: Any, size: Any) -> Any:
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
def _mixed(lanes: Any, held: Any) -> Any:
    """Two lanes of a hash with one word more."""
    one, other = lanes
    one = (one ^ held) * _FACTORS[0]
    other = (other + held) * _FACTORS[1]
    return one ^ (one >> np.uint64(32)), other ^ (other >> np.uint64(29))


@kernel()
def _hash(units: Any, starts: Any, cells: Any, record: Any, spans: Any, seeds: Any) -> Any:
    """128 bits of hash over the bytes of some cells of a record."""
    lanes = (seeds[0], seeds[1])
    for place in range(len(spans)):
        at, end = span_of(starts, cells, record, spans[place, 0], spans[place, 1])
        lanes = _mixed(lanes, np.uint64(end - at))
        if end - at < 8:
            lanes = _mixed(lanes, _tail(units, at, end - at))
            continue
        while at + 8 < end:
            lanes = _mixed(lanes, word(units, at))
            at += 8
        lanes = _mixed(lanes, word(units, end - 8))
    return lanes


@kernel()
def _enter(table: Any, hashes: Any, count: Any, size: Any) -> Any:
    """Enter the first rows into so many places of an emptied table, by their hashes."""
    table[:size] = 0
    for number in range(count):
        place = np.int64(hashes[number, 0] & np.uint64(size - 1))
        while table[place]:
            place = (place + 1) & (size - 1)
        table[place] = number + 1
    return size


@kernel(
    f"int64({BYTES}, int64[::1], uint32[:, ::1], boolean[::1], int64[:, ::1], uint64[::1], "
    "uint64[:, ::1], uint32[::1], uint32[::1], uint32[::1])"
)
def distinct(
    units: Any,
    starts: Any,
    cells: Any,
    torn: Any,
    spans: Any,
    seeds: Any,
    hashes: Any,
    table: Any,
    numbers: Any,
    firsts: Any,
) -> Any:
    """Number records by the bytes of some cells, in the order of their first appearance.

    Args:
        units: text in UTF-8.
        starts: where each record begins.
        cells: where its cells end, from there.
        torn: records without cells, all of them alike.
        spans: the first and last of some neighbouring cells, each.
        seeds: two words that no sender can know: rows are told apart by 128 bits of hash.
        hashes: room for those of all records.
        table: room for `table_size` places.
        numbers: takes the number of each record.
        firsts: takes the first record of each number.

    Returns:
        How many there are.
    """
    count = np.int64(0)
    size = _enter(table, hashes, 0, _LEAST)
    for record in range(len(starts)):
        if count * _FULL >= size:
            size = _enter(table, hashes, count, size * _GROWTH)
        one, other = seeds[1], seeds[0]
        if not torn[record]:
            one, other = _hash(units, starts, cells, record, spans, seeds)
        place = np.int64(one & np.uint64(size - 1))
        number = np.int64(table[place]) - 1
        while number >= 0 and not (hashes[number, 0] == one and hashes[number, 1] == other):
            place = (place + 1) & (size - 1)
            number = np.int64(table[place]) - 1
        if number < 0:
            number = count
            table[place] = number + 1
            hashes[number, 0], hashes[number, 1], firsts[number] = one, other, record
            count += 1
        numbers[record] = number
    return count


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
        first, rest = _tail(units, at, min(size, 4)), _tail(units, at + 4, max(size - 4, 0))
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
