"""Lines and money by group, summed exactly in one pass."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Numbers = NDArray[np.uint32]
Flags = NDArray[np.bool_]
Words = NDArray[np.uint64]
Counts = NDArray[np.int64]

_NUMBERS = "Array(uint32, 1, 'C', True)"
_WORDS = "Array(uint64, 1, 'C', True)"
_FLAGS = "Array(bool, 1, 'C', True)"


@kernel(f"void({_NUMBERS}, {_WORDS}, {_FLAGS}, int64[::1], int64[::1], uint64[::1])")
def add(
    group: Numbers, words: Words, known: Flags, lines: Counts, unknown: Counts, sums: Words
) -> None:
    """Add some lines to the sums of their groups.

    Args:
        group: of each line.
        words: the low and the high 64 bits of each amount.
        known: which of them are not null, or none where all are known.
        lines: of each group; added to.
        unknown: the lines of each group whose amount is null; added to.
        sums: the low and the high 64 bits of each group's money; added to.
    """
    for line in range(len(group)):
        own = group[line]
        lines[own] += 1
        if len(known) and not known[line]:
            unknown[own] += 1
            continue
        low = sums[2 * own] + words[2 * line]
        carried = np.uint64(low < words[2 * line])
        sums[2 * own] = low
        sums[2 * own + 1] += words[2 * line + 1] + carried
