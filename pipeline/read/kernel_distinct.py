"""Which framed records say the same in some cells, as a compiled loop."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel_cells import span_of, tail
from pipeline.read.kernel_words import word

_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))
"""Odd, from the digits of the golden ratio, and as SplitMix64 takes them."""
_LEAST, _FULL, _GROWTH = 1024, 2, 4
"""Places of a table at first; once one in so many is taken, it has so many times as many."""


def table_size(records: int) -> int:
    """Places that a table may grow to, for so many records."""
    size = _LEAST
    while size <= _FULL * records:
        size *= _GROWTH
    return size


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
            lanes = _mixed(lanes, tail(units, at, end - at))
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
