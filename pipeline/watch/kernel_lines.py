"""The lines of a part in one pass: counted by what they report, and put down by their pair."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel
from pipeline.watch.kernel_sums import Pair, Words, count

Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Columns = tuple[Words, Words, Words, Words]
Nulls = tuple[Flags, Flags, Flags, Flags]
Scales = tuple[float, float, float, float]

PLACE, CELL, GROUP, UNREAD_PLACE, UNREAD_CELL = range(5)
"""What is known of a context: where its lines count, and where those that were not read do."""
COLUMNS = 4
"""Of money."""
MOST = 7
"""Keys that a line may add: its place, its own faults and nulls, and a bucket of each number."""
KINDS, CELLS, ZERO, SMALLEST, PLACES, OWN, BUCKETS = range(7)
"""What a key is made of: how many kinds and cells there are, the codes of buckets, and the first
key of places, of what lines lack themselves, and of the buckets of each column of numbers."""

SHORT = 3
"""Words of a line whose quantity and amount take one each."""
_ONE, _NOTHING = np.uint64(1), np.uint64(0)
_UPPER = np.uint64(32)
_SIGN = np.int64(63)
_WORD = 2.0**64
_NONE = np.int64(0)
"""The code where there is no number."""
_EXPONENT, _EXPONENTS, _BIAS = np.int64(52), np.int64(2047), np.int64(4 * 1023)
_MANTISSA = np.int64(2**52 - 1)
_FIRST, _SECOND, _THIRD = (
    np.float64(2 ** (quarter / 4)).view(np.int64) & _MANTISSA for quarter in (1, 2, 3)
)
"""The mantissas of the powers of 2^(1/4) between 1 and 2."""

_NUMBERS = "Array(uint32, 1, 'C', readonly=True)"
_FLAGS = "Array(boolean, 1, 'C', readonly=True)"
_WORDS = "Array(uint64, 2, 'C', readonly=True)"


@kernel()
def float_of(low: np.uint64, high: np.uint64, scale: float) -> float:
    """The nearest float or its neighbour."""
    if np.int64(high) >= 0:
        return (np.float64(low) + np.float64(high) * _WORD) / scale
    # Of the complement, so that small numbers below zero keep their digits.
    own = ~low + _ONE
    above = ~high + np.uint64(own == _NOTHING)
    return -(np.float64(own) + np.float64(above) * _WORD) / scale


@kernel()
def code_of(number: float, zero: np.int64, smallest: np.int64) -> np.int64:
    """The code of a number's bucket; see `sketch_buckets`."""
    if number == 0.0:
        return zero
    bits = np.float64(number).view(np.int64)
    mantissa = bits & _MANTISSA
    quarters = ((bits >> _EXPONENT) & _EXPONENTS) * np.int64(4) - _BIAS
    quarters += np.int64(mantissa >= _FIRST) + np.int64(mantissa >= _SECOND)
    quarters += np.int64(mantissa >= _THIRD) - smallest
    return zero - quarters if bits < 0 else zero + quarters


@kernel()
def is_null(nulls: Flags, at: int) -> bool:
    """Whether a line's number is null; one flag stands for those of all lines."""
    return bool(nulls[min(at, len(nulls) - 1)])


@kernel()
def words_of(words: Words, nulls: Flags, at: int) -> Pair:
    """A line's number, unscaled, and nothing where it is null."""
    row, is_there = min(at, len(words) - 1), np.uint64(not is_null(nulls, at))
    return words[row, 0] * is_there, words[row, 1] * is_there


@kernel()
def code_at(
    words: Words, nulls: Flags, at: int, scale: float, zero: np.int64, smallest: np.int64
) -> np.int64:
    """The code of the bucket of a line's number."""
    low, high = words_of(words, nulls, at)
    code = code_of(float_of(low, high, scale), zero, smallest)
    return np.int64(0) if is_null(nulls, at) else code


@kernel()
def lacking(first: np.int64, second: np.int64, third: np.int64, fourth: np.int64) -> np.int64:
    """The columns that have no number, as bits."""
    lower = np.int64(first == _NONE) | np.int64(second == _NONE) << 1
    return lower | np.int64(third == _NONE) << 2 | np.int64(fourth == _NONE) << 3


@kernel()
def is_narrow(pair: Pair) -> bool:
    """Whether the upper word says no more than the sign of the lower."""
    return bool(np.int64(pair[1]) == np.int64(pair[0]) >> _SIGN)


@kernel()
def bucket(
    table: Words,
    layout: Ints,
    column: int,
    code: np.int64,
    cell: np.int64,
    units: Pair,
    money: Pair,
) -> np.int64:
    """Count a line by its cell and the bucket of a number; tells how many keys are new."""
    key = np.uint64(layout[BUCKETS + column] + code * layout[CELLS] + cell)
    return count(table, key, _ONE, units, money) if code != _NONE else np.int64(0)


@kernel()
def put(rows: Words, at: int, pair: np.uint64, units: Pair, money: Pair) -> None:
    """Put down a line's group and identity and its numbers, which rows of three words shorten."""
    rows[at, 0] = pair
    rows[at, 1] = units[0]
    if rows.shape[1] > SHORT:
        rows[at, 2] = units[1]
        rows[at, 3] = money[0]
        rows[at, 4] = money[1]
    else:
        rows[at, 2] = money[0]


@kernel(
    f"int64(int64, {_NUMBERS}, {_NUMBERS}, {_NUMBERS}, {_FLAGS}, UniTuple({_WORDS}, 4), "
    f"UniTuple({_FLAGS}, 4), UniTuple(float64, 4), int64, uint32[:, ::1], {_NUMBERS}, int64[::1], "
    "uint64[:, ::1], int64[::1], uint64[:, ::1], uint64[:, ::1], int64[::1])"
)
def count_lines(
    begin: int,
    context: Numbers,
    identity: Numbers,
    sets: Numbers,
    unread: Flags,
    money: Columns,
    nulls: Nulls,
    scales: Scales,
    absent: int,
    contexts: Numbers,
    kinds: Numbers,
    layout: Ints,
    table: Words,
    used: Ints,
    narrow: Words,
    wide: Words,
    filled: Ints,
) -> int:
    """Count lines until there is no more room for what they are counted by, or put down as.

    Args:
        begin: the line to begin with.
        context: of each line.
        identity: likewise.
        sets: the faults of its own cells.
        unread: whether its cells were not read.
        money: quantity, amount, unit price and gross amount of each, unscaled; see `words_of`.
        nulls: whether each is null.
        scales: what a unit of each counts.
        absent: which of these columns are null throughout, as bits.
        contexts: what is known of each context.
        kinds: of each identity.
        layout: what a key is made of.
        table: sums by key.
        used: how many of its rows are not free, which changes.
        narrow: group and identity, quantity and amount of lines, where one word holds each.
        wide: likewise of the others, two words each.
        filled: how many rows of both are filled, which changes.

    Returns:
        The line to go on with.
    """
    units_of, money_of, price_of, gross_of = money
    no_units, no_money, no_price, no_gross = nulls
    zero, smallest = layout[ZERO], layout[SMALLEST]
    room = len(table) // 2 - MOST
    at = begin
    while (
        at < len(context) and used[0] <= room and filled[0] < len(narrow) and filled[1] < len(wide)
    ):
        where, own = context[at], np.int64(sets[at]) << COLUMNS
        units = words_of(units_of, no_units, at)
        amount = words_of(money_of, no_money, at)
        fresh = np.int64(0)
        if unread[at]:
            cell = np.int64(contexts[where, UNREAD_CELL])
            place = (np.int64(contexts[where, UNREAD_PLACE]) + 1) * layout[KINDS] - 1
        else:
            cell = np.int64(contexts[where, CELL])
            place = np.int64(contexts[where, PLACE]) * layout[KINDS] + kinds[identity[at]]
            place += absent * layout[PLACES]
            number = float_of(units[0], units[1], scales[0])
            value = float_of(amount[0], amount[1], scales[1])
            first = _NONE if is_null(no_units, at) else code_of(number, zero, smallest)
            second = _NONE if is_null(no_money, at) else code_of(value, zero, smallest)
            third = code_at(price_of, no_price, at, scales[2], zero, smallest)
            fourth = code_at(gross_of, no_gross, at, scales[3], zero, smallest)
            is_rated = min(first, second) > _NONE and number != 0.0
            fifth = code_of(abs(value / number), zero, smallest) if is_rated else _NONE
            fresh = bucket(table, layout, 0, first, cell, units, amount)
            fresh += bucket(table, layout, 1, second, cell, units, amount)
            fresh += bucket(table, layout, 2, third, cell, units, amount)
            fresh += bucket(table, layout, 3, fourth, cell, units, amount)
            fresh += bucket(table, layout, 4, fifth, cell, units, amount)
            own |= lacking(first, second, third, fourth) & ~absent
            pair = np.uint64(contexts[where, GROUP]) << _UPPER | np.uint64(identity[at])
            if is_narrow(units) and is_narrow(amount):
                put(narrow, filled[0], pair, units, amount)
                filled[0] += 1
            else:
                put(wide, filled[1], pair, units, amount)
                filled[1] += 1
        fresh += count(table, np.uint64(place), _ONE, units, amount)
        if own:
            key = np.uint64(layout[OWN] + own * layout[CELLS] + cell)
            fresh += count(table, key, _ONE, units, amount)
        used[0] += fresh
        at += 1
    return at
