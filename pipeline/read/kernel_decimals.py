"""Plain decimals from text as a compiled loop, exact to the last digit."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel_cells import span_of

_ZERO, _POINT, _PLUS, _MINUS = 48, 46, 43, 45
_WHOLE = 12
"""Digits before the point at most: with 18 after it they fit into 128 bits."""
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@kernel()
def _digits(units: Any, at: Any, end: Any) -> Any:
    """The number that digits make, and where they end; no more of them than 18 are looked at."""
    number = np.uint64(0)
    most = min(end, at + 18)
    while at < most:
        digit = np.int64(units[at]) - _ZERO
        if not 0 <= digit <= 9:
            break
        number = number * np.uint64(10) + np.uint64(digit)
        at += 1
    return number, at


@kernel()
def _product(one: Any, other: Any) -> Any:
    """The low and the high word of a product."""
    low, high = one & _LOW, one >> _HALF
    first, second = other & _LOW, other >> _HALF
    middle = low * second + (low * first >> _HALF)
    cross = high * first + (middle & _LOW)
    return one * other, high * second + (middle >> _HALF) + (cross >> _HALF)


@kernel()
def _read(units: Any, at: Any, end: Any, powers: Any) -> Any:
    """A decimal as two words of its unscaled value, and whether it is a plain one."""
    scale = len(powers) - 1
    nothing = np.uint64(0)
    negative = at < end and units[at] == _MINUS
    if at < end and (negative or units[at] == _PLUS):
        at += 1
    begin = at
    whole, at = _digits(units, at, end)
    if not 0 < at - begin <= _WHOLE:
        return nothing, nothing, False
    part, places = nothing, 0
    if at < end and units[at] == _POINT:
        point = at + 1
        part, at = _digits(units, point, end)
        places = at - point
    if at != end or places > scale:
        return nothing, nothing, False
    low, high = _product(whole, powers[scale])
    part *= powers[scale - places]
    low += part
    high += np.uint64(low < part)
    if negative:
        low = ~low + np.uint64(1)
        high = ~high + np.uint64(low == 0)
    return low, high, True


@kernel(
    f"void({BYTES}, int64[::1], uint32[:, ::1], boolean[::1], int64, int64, uint64[::1], "
    "uint64[:, ::1], boolean[::1])"
)
def decimals(
    units: Any,
    starts: Any,
    cells: Any,
    blank: Any,
    column: Any,
    quote: Any,
    powers: Any,
    numbers: Any,
    plain: Any,
) -> None:
    """Read one cell of each record that is a plain decimal.

    That is an optional sign, one to twelve digits, and perhaps a point with no more digits after it
    than the scale has.

    Args:
        units: text in UTF-8.
        starts: where each record begins.
        cells: where its cells end, from there.
        blank: records whose cells are not looked at.
        column: the cell.
        quote: beyond all units where there is none.
        powers: those of ten, from one up to that of the scale.
        numbers: takes the unscaled value of each as two words, the low one first; 0 where none.
        plain: takes whether it is one.
    """
    for record in range(len(starts)):
        numbers[record, 0] = numbers[record, 1] = np.uint64(0)
        plain[record] = False
        if blank[record]:
            continue
        at, end = span_of(starts, cells, record, column, column)
        if at < end and units[at] == quote:
            at, end = at + 1, end - 1
        low, high, plain[record] = _read(units, at, end, powers)
        numbers[record, 0], numbers[record, 1] = low, high
