"""The few distinct sets of many lines, found in one pass."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Sets = NDArray[np.uint32]

_SPREAD = np.uint64(0x9E3779B97F4A7C15)
"""2^64 by the golden ratio, and odd: sets that differ little lie far apart."""
_HALF = np.uint64(32)
_FREE = np.uint32(0xFFFFFFFF)


@kernel("int64(Array(uint32, 1, 'C', readonly=True), uint32[::1], uint32[::1], uint32[::1])")
def distinct(sets: Sets, slots: Sets, kinds: Sets, places: Sets) -> np.int64:
    """Find the distinct sets of lines, in the order in which lines come to them.

    Args:
        sets: of each line.
        slots: as many as a power of two, more than kinds; written.
        kinds: filled with the distinct sets, as far as there is room.
        places: filled with the place of each line's set among them.

    Returns:
        How many there are; -1 where there is no room for them.
    """
    slots[:] = _FREE
    last = np.uint64(len(slots) - 1)
    height = np.uint32(0)
    for line in range(len(sets)):
        kind = sets[line]
        at = ((np.uint64(kind) * _SPREAD) >> _HALF) & last
        while slots[at] != _FREE and kinds[slots[at]] != kind:
            at = (at + np.uint64(1)) & last
        if slots[at] == _FREE:
            if height == len(kinds):
                return np.int64(-1)
            kinds[height] = kind
            slots[at] = height
            height += np.uint32(1)
        places[line] = slots[at]
    return np.int64(height)
