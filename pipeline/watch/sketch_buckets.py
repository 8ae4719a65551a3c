"""Numbers in buckets between powers of 2^(1/4): a relative error below 10 %, wherever they lie.

The bucket is read off the bits of a float: its exponent, and which of three borders its mantissa
reaches. So it is the same on every machine, which a logarithm is not.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.watch.sketch_sums import words

RATE = "rate"
"""The column of what a unit brings: |amount| / |quantity|."""
ZERO = "zero"
NEGATIVE = "neg:"

CODES = 2**14
"""More than there are buckets of all floats."""

_ZERO = CODES // 2
_PER_POWER = 4
_MANTISSA = 52
_BIAS = 1023
_BORDERS = tuple(
    np.float64(2 ** (quarter / _PER_POWER)).view(np.int64) & np.int64(2**_MANTISSA - 1)
    for quarter in range(1, _PER_POWER)
)
"""The mantissas of the powers between 1 and 2."""
_MIDDLE = _ZERO // 2

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def floats(column: pl.Series) -> Floats:
    """Decimals as the nearest floats or their neighbours; null is nan."""
    low, high = words(column)
    negative = high < 0
    if negative.any():
        # Of the two's complement, so that small negative numbers keep their digits.
        low = np.where(negative, ~low + np.uint64(1), low)
        high = np.where(negative, ~high + (low == 0), high)
    values = low.astype(np.float64)
    if high.any():
        values += high.astype(np.float64) * 2.0**64
    values /= 10.0**column.dtype.scale  # type: ignore[attr-defined]  # columns of money are decimals
    if negative.any():
        np.negative(values, out=values, where=negative)
    if column.null_count():
        values[column.is_null().to_numpy()] = np.nan
    return values


def codes(values: Floats) -> Ints:
    """The code of each number's bucket; ascending with the number."""
    bits = values.view(np.int64) & np.int64(2**63 - 1)
    mantissa = bits & np.int64(2**_MANTISSA - 1)
    exponents = ((bits >> np.int64(_MANTISSA)) - np.int64(_BIAS)) * np.int64(_PER_POWER)
    for border in _BORDERS:
        exponents += mantissa >= border
    found = exponents + np.int64(_ZERO + _MIDDLE)
    negative = values < 0
    if negative.any():
        found = np.where(negative, np.int64(_ZERO - _MIDDLE) - exponents, found)
    found[values == 0] = _ZERO
    return found


def names(found: Ints) -> pl.Series:
    """The value that stands for each code's bucket: `3`, `-2`, `neg:3` or `zero`."""
    code = pl.Series("code", found)
    return (
        code.to_frame()
        .select(
            pl.when(pl.col("code") == _ZERO)
            .then(pl.lit(ZERO))
            .when(pl.col("code") > _ZERO)
            .then((pl.col("code") - (_ZERO + _MIDDLE)).cast(pl.String))
            .otherwise(NEGATIVE + ((_ZERO - _MIDDLE) - pl.col("code")).cast(pl.String))
            .alias("value")
        )
        .to_series()
    )
