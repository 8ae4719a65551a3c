"""Numbers in buckets between powers of 2^(1/4): a relative error below 10 %, wherever they lie.

The bucket is read off the bits of a float: its exponent, and which of three borders its mantissa
reaches (`kernel_lines.code_of`). So it is the same on every machine, which a logarithm is not. A
number that is nearer to a border than a float can tell (a part in 10^15) may stand beyond it.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray

RATE = "rate"
"""The column of what a unit brings: |amount| / |quantity|."""
ZERO = "zero"
NEGATIVE = "neg:"

CODES = 2**11
"""More than there are buckets of all numbers: from 10^-40 to 10^33, of either sign."""
ZERO_CODE = CODES // 2
SMALLEST = -540
"""The exponent that would have the code of 0: all numbers have greater ones."""


def names(found: NDArray[np.int64]) -> pl.Series:
    """The value that stands for each code's bucket: `3`, `-2`, `neg:3` or `zero`."""
    distinct, places = np.unique(found, return_inverse=True)
    return pl.Series([_name(int(code)) for code in distinct], dtype=pl.String).gather(places)


def _name(code: int) -> str:
    exponent = str(abs(code - ZERO_CODE) + SMALLEST)
    if code == ZERO_CODE:
        return ZERO
    return exponent if code > ZERO_CODE else NEGATIVE + exponent
