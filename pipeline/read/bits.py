"""Sets of byte positions, one bit a byte in 64-bit words, and how many precede a position."""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Positions = NDArray[np.int64]

_ONE = np.uint64(1)
_BLOCK = 2**18
"""Units compared at a time: the mask stays in the core's cache; a multiple of 8."""


def equal(units: NDArray[np.uint8], *values: int) -> list[Words]:
    """For each value the set of the positions that hold it.

    One pass over the units for all values, by blocks that stay in the core's cache.
    """
    found = [np.zeros(-(-len(units) // 64) + 1, dtype="<u8") for _ in values]
    packed = [words.view(np.uint8) for words in found]
    mask = np.empty(_BLOCK, dtype=np.bool_)
    for start in range(0, len(units), _BLOCK):
        block = units[start : start + _BLOCK]
        held = mask[: len(block)]
        for value, target in zip(values, packed, strict=True):
            np.equal(block, value, out=held)
            bytes_ = np.packbits(held, bitorder="little")
            target[start >> 3 : (start >> 3) + len(bytes_)] = bytes_
    return found


class Rank:
    """How many members of a set precede a position."""

    def __init__(self, words: Words) -> None:
        """Sum the words once; each question then costs one look-up."""
        self._words = words
        self._sums = np.zeros(len(words) + 1, dtype=np.int64)
        np.cumsum(np.bitwise_count(words), dtype=np.int64, out=self._sums[1:])

    def at(self, positions: Positions) -> Positions:
        """Members before each position, for positions up to the set's length."""
        word = positions >> 6
        below = (_ONE << (positions & 63).astype(np.uint64)) - _ONE
        found: Positions = self._sums[word] + np.bitwise_count(self._words[word] & below)
        return found

    def between(self, borders: Positions) -> Positions:
        """Members from each border to the next: one fewer than there are borders."""
        return np.diff(self.at(borders))
