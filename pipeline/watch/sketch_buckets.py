"""Numbers in buckets between powers of 2^(1/4): a relative error below 10 %, wherever they lie.

The bucket is read off the bits of a float: its exponent, and which of three borders its mantissa
reaches. So it is the same on every machine, which a logarithm is not. A number that is nearer to a
border than a float can tell (a part in 10^15) may stand beyond it.
"""

import numpy as np
import polars as pl

from pipeline.watch.sketch_pieces import Floats, Ints

RATE = "rate"
"""The column of what a unit brings: |amount| / |quantity|."""
ZERO = "zero"
NEGATIVE = "neg:"

CODES = 2**11
"""More than there are buckets of all numbers: from 10^-40 to 10^22, of either sign."""
NONE = 0
"""Where there is no number."""

_ZERO = CODES // 2
_SMALLEST = -540
_PER_POWER = 4
_MANTISSA = 52
_BIAS = 1023
_BORDERS = tuple(
    np.float64(2 ** (quarter / _PER_POWER)).view(np.int64) & np.int64(2**_MANTISSA - 1)
    for quarter in range(1, _PER_POWER)
)
"""The mantissas of the powers between 1 and 2."""


def codes(values: Floats, missing: Ints) -> Ints:
    """The code of each number's bucket, ascending with the number; `NONE` at missing places."""
    bits = values.view(np.int64)
    mantissa = bits & np.int64(2**_MANTISSA - 1)
    found = ((bits >> np.int64(_MANTISSA)) & np.int64(2047)) * np.int64(_PER_POWER)
    for border in _BORDERS:
        found += mantissa >= border
    found += np.int64(_ZERO - _SMALLEST - _BIAS * _PER_POWER)
    negative = np.flatnonzero(bits < 0)
    found[negative] = np.int64(2 * _ZERO) - found[negative]
    found[values == 0] = _ZERO
    found[missing] = NONE
    return found


def names(found: Ints) -> pl.Series:
    """The value that stands for each code's bucket: `3`, `-2`, `neg:3` or `zero`."""
    distinct, places = np.unique(found, return_inverse=True)
    return pl.Series([_name(int(code)) for code in distinct], dtype=pl.String).gather(places)


def _name(code: int) -> str:
    exponent = str(abs(code - _ZERO) + _SMALLEST)
    if code == _ZERO:
        return ZERO
    return exponent if code > _ZERO else NEGATIVE + exponent
