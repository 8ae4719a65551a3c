"""Sums of lines, exact to the last digit: rows of five words, and tables of them by key.

A row counts lines and adds up their quantity and amount as decimals have them: unscaled, in two
words of 64 bits, the lower first. Numbers below zero are complements of two, so all words are
added alike, nothing is rounded, and the order of lines makes no difference.
"""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Words = NDArray[np.uint64]
Pair = tuple[np.uint64, np.uint64]
"""The lower and the upper word of a number."""
Row = int | np.int64 | np.uint64

LINES, UNITS, MONEY = 0, 1, 3
"""Where in a row they begin."""
WORDS = 5
KEY = WORDS
"""Where the rows of a table have their keys."""

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 by the golden ratio, and odd: the products of keys that follow each other lie far apart."""
_HALF = np.uint64(32)
_ONE, _NOTHING = np.uint64(1), np.uint64(0)


@kernel()
def plus(one: Pair, other: Pair) -> Pair:
    """The sum of two numbers."""
    low = one[0] + other[0]
    return low, one[1] + other[1] + np.uint64(low < one[0])


@kernel()
def add(sums: Words, at: Row, lines: np.uint64, units: Pair, money: Pair) -> None:
    """Add to a row."""
    sums[at, LINES] += lines
    units = plus((sums[at, UNITS], sums[at, UNITS + 1]), units)
    sums[at, UNITS], sums[at, UNITS + 1] = units
    money = plus((sums[at, MONEY], sums[at, MONEY + 1]), money)
    sums[at, MONEY], sums[at, MONEY + 1] = money


@kernel()
def add_row(sums: Words, at: Row, others: Words, other: Row) -> None:
    """Add another row to one."""
    units = (others[other, UNITS], others[other, UNITS + 1])
    money = (others[other, MONEY], others[other, MONEY + 1])
    add(sums, at, others[other, LINES], units, money)


@kernel()
def clear(sums: Words, at: Row) -> None:
    """Make the sums of a row nothing."""
    for place in range(WORDS):
        sums[at, place] = _NOTHING


@kernel()
def place_of(table: Words, key: np.uint64) -> np.uint64:
    """The row of a key, or the free one that it may have: a row is free that counts no line."""
    last = np.uint64(len(table) - 1)
    at = ((key * _SPREAD) >> _HALF) & last
    while table[at, LINES] != _NOTHING and table[at, KEY] != key:
        at = (at + _ONE) & last
    return at


@kernel()
def count(table: Words, key: np.uint64, lines: np.uint64, units: Pair, money: Pair) -> np.int64:
    """Add to the row of a key, for which there must be room; 1 where the key is new, else 0."""
    at = place_of(table, key)
    is_new = np.int64(table[at, LINES] == _NOTHING)
    table[at, KEY] = key
    add(table, at, lines, units, money)
    return is_new


@kernel("void(Array(uint64, 2, 'C', readonly=True), uint64[:, ::1], int64[::1])")
def gather(keyed: Words, table: Words, used: NDArray[np.int64]) -> None:
    """Add the rows of one table to another.

    Args:
        keyed: rows with keys; those that are free are left out.
        table: as many rows as a power of two, at most 2^32; more of them free than are added.
        used: how many are not free, which changes.
    """
    for row in range(len(keyed)):
        if keyed[row, LINES] != _NOTHING:
            units = (keyed[row, UNITS], keyed[row, UNITS + 1])
            money = (keyed[row, MONEY], keyed[row, MONEY + 1])
            used[0] += count(table, keyed[row, KEY], keyed[row, LINES], units, money)
