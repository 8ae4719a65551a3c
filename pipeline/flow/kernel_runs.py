"""Hashes put in order by their bits: as they fall evenly, one pass brings each nearly there."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Lane = NDArray[np.uint64]
Counts = NDArray[np.uint32]
Begins = NDArray[np.int64]

_CROWDED = 64
"""Hashes of a bucket from which on it is sorted otherwise: some hash occurs often, or somebody has
made lines whose hashes begin alike."""


@kernel()
def _bucket(word: np.uint64, same: int, bits: int) -> np.int64:
    """Some bits of a hash: those after so many that are the same in all."""
    # To shift by 64 bits is not defined.
    return np.int64((word << np.uint64(same)) >> np.uint64(64 - bits)) if bits else np.int64(0)


@kernel()
def _scatter(hashes: Lane, scattered: Lane, begins: Begins, same: int, bits: int) -> None:
    """Put hashes into buckets by some of their bits, and tell where each bucket begins."""
    last = len(begins) - 1
    for place in range(len(hashes)):
        begins[_bucket(hashes[place], same, bits)] += 1
    total = len(hashes)
    for bucket in range(last, -1, -1):
        total -= begins[bucket]
        begins[bucket] = total
    for place in range(len(hashes)):
        own = _bucket(hashes[place], same, bits)
        scattered[begins[own]] = hashes[place]
        begins[own] += 1
    # Each stands now where its bucket ends, and the next one begins.
    for bucket in range(last, 0, -1):
        begins[bucket] = begins[bucket - 1]
    begins[0] = 0


@kernel()
def _sink(hashes: Lane, begin: int, end: int, place: int) -> None:
    """Let a word of a heap, whose greatest stands first, sink below all that are greater."""
    word = hashes[begin + place]
    size = end - begin
    child = 2 * place + 1
    while child < size:
        if child + 1 < size and hashes[begin + child] < hashes[begin + child + 1]:
            child += 1
        if hashes[begin + child] <= word:
            break
        hashes[begin + place] = hashes[begin + child]
        place = child
        child = 2 * place + 1
    hashes[begin + place] = word


@kernel()
def _sort(hashes: Lane, begin: int, end: int) -> None:
    """Sort a piece: by insertion where it is short, else as a heap."""
    if end - begin > _CROWDED:
        for place in range((end - begin) // 2 - 1, -1, -1):
            _sink(hashes, begin, end, place)
        for last in range(end - 1, begin, -1):
            hashes[begin], hashes[last] = hashes[last], hashes[begin]
            _sink(hashes, begin, last, 0)
        return
    for place in range(begin + 1, end):
        word = hashes[place]
        at = place
        while at > begin and hashes[at - 1] > word:
            hashes[at] = hashes[at - 1]
            at -= 1
        hashes[at] = word


@kernel("void(uint64[::1], uint64[::1], int64[::1], int64)")
def part(hashes: Lane, parted: Lane, begins: Begins, bits: int) -> None:
    """Part hashes by their highest bits.

    Args:
        hashes: as they come.
        parted: filled with them, by their highest bits.
        begins: where each of the parts begins, and the last one ends; zeros, filled.
        bits: how many; one more than 2^bits are the begins.
    """
    _scatter(hashes, parted, begins, 0, bits)


@kernel("int64(uint64[::1], uint64[::1], uint32[::1], int64[::1], int64, int64)")
def count(hashes: Lane, ordered: Lane, times: Counts, begins: Begins, same: int, bits: int) -> int:
    """Order distinct hashes and count each.

    Args:
        hashes: as they come.
        ordered: begins with the distinct ones, ascending, once they are counted.
        times: how often each occurs.
        begins: 2^bits + 1 zeros to work with.
        same: so many of the highest bits are the same in all hashes.
        bits: the next ones, of which there are about as many kinds as hashes.

    Returns:
        How many are distinct.
    """
    _scatter(hashes, ordered, begins, same, bits)
    for bucket in range(len(begins) - 1):
        _sort(ordered, begins[bucket], begins[bucket + 1])
    distinct = 0
    for place in range(len(ordered)):
        if distinct and ordered[distinct - 1] == ordered[place]:
            times[distinct - 1] += np.uint32(1)
        else:
            ordered[distinct] = ordered[place]
            times[distinct] = np.uint32(1)
            distinct += 1
    return distinct
