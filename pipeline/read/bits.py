"""Sets of byte positions, one bit a byte in 64-bit words, and how many precede a position."""

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Positions = NDArray[np.int64]

_ONE = np.uint64(1)
_ALL = np.uint64(0xFFFFFFFFFFFFFFFF)
_BLOCK = 2**18
"""Units compared at a time: the mask stays in the core's cache; a multiple of 8."""
_SPARSE = 16
"""Where fewer than one word in so many holds a member, listing members costs less than sums."""


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


def positions(words: Words) -> Positions:
    """The members of a set, ascending."""
    kept = np.flatnonzero(words)
    packed = words[kept].view(np.uint8)
    held = np.flatnonzero(packed != 0)
    # As booleans: numpy finds the true ones of those twice as fast as the ones of numbers.
    found = np.flatnonzero(np.unpackbits(packed[held], bitorder="little").view(np.bool_))
    byte = held[found >> 3]
    members: Positions = (kept[byte >> 3] << 6) + ((byte & 7) << 3) + (found & 7)
    return members


def holding(words: Words, borders: Positions) -> NDArray[np.bool_]:
    """Whether each stretch from a border to the next holds a member."""
    if np.count_nonzero(words) > len(words) // _SPARSE:
        return Rank(words).between(borders) > 0
    found = np.zeros(len(borders) + 1, dtype=np.bool_)
    found[np.searchsorted(borders, positions(words), side="right")] = True
    return found[1:-1]


def contains(words: Words, positions: Positions) -> NDArray[np.bool_]:
    """Whether each position is a member."""
    bit = words[positions >> 6] >> (positions & 63).astype(np.uint64)
    found: NDArray[np.bool_] = (bit & _ONE).astype(np.bool_)
    return found


def before(words: Words) -> Words:
    """The positions that precede a member."""
    moved = words >> _ONE
    moved[:-1] |= words[1:] << np.uint64(63)
    return moved


def after_at(words: Words, at: Positions) -> Words:
    """The positions that follow a member, in some words; the set's last word must be empty."""
    return (words[at] << _ONE) | (words[at - 1] >> np.uint64(63))


def before_at(words: Words, at: Positions) -> Words:
    """The positions that precede a member, in some words but the last."""
    return (words[at] >> _ONE) | (words[at + 1] << np.uint64(63))


def spread(members: Words, at: Positions, size: int) -> Words:
    """A set of so many words from some of its words."""
    words = np.zeros(size, dtype=np.uint64)
    words[at] = members
    return words


def odd_before(words: Words) -> Words:
    """The positions that an odd number of members precede (the position itself not counted)."""
    at = np.flatnonzero(words)
    held = words[at]
    inner = held.copy()
    for step in (1, 2, 4, 8, 16, 32):
        inner ^= inner << np.uint64(step)
    odd = np.zeros(len(words) + 1, dtype=np.uint8)
    odd[at + 1] = np.bitwise_count(held) & 1
    parity = np.bitwise_xor.accumulate(odd)[:-1].astype(np.uint64) * _ALL
    parity[at] ^= inner ^ held
    return parity


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

    def select(self, ranks: Positions) -> Positions:
        """The members that so many others precede: the inverse of `at`."""
        word = np.searchsorted(self._sums, ranks, side="right") - 1
        held, left = self._words[word], ranks - self._sums[word]
        while (more := left > 0).any():
            # Taking the lowest member away makes the next one the lowest.
            held = np.where(more, held & (held - _ONE), held)
            left = left - more
        lowest = held & (~held + _ONE)
        found: Positions = (word << 6) + np.bitwise_count(lowest - _ONE)
        return found

    def between(self, borders: Positions) -> Positions:
        """Members from each border to the next: one fewer than there are borders."""
        return np.diff(self.at(borders))
