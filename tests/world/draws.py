"""Random draws that depend on seed, purpose and position alone.

A draw is a hash of (seed, purpose, position), not the next value of a generator: chunks of any size
give the same lines, and no library's change of a distribution can part the samples in the
repository from the catalog that a later machine generates.
"""

import hashlib

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)


def bits(seed: int, purpose: str, positions: Ints) -> npt.NDArray[np.uint64]:
    """64 random bits for each position (splitmix64)."""
    digest = hashlib.sha256(f"{seed}:{purpose}".encode()).digest()
    mixed = positions.astype(np.uint64) * _GOLDEN + np.uint64(int.from_bytes(digest[:8], "big"))
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _MIX_1
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _MIX_2
    return mixed ^ (mixed >> np.uint64(31))


def below(limit: int, seed: int, purpose: str, positions: Ints) -> Ints:
    """An integer in [0, limit) for each position; limit is at most 2³¹."""
    high = bits(seed, purpose, positions) >> np.uint64(33)
    return ((high * np.uint64(limit)) >> np.uint64(31)).astype(np.int64)


def unit(seed: int, purpose: str, positions: Ints) -> npt.NDArray[np.float64]:
    """A float in [0, 1) for each position, with 53 random bits."""
    return (bits(seed, purpose, positions) >> np.uint64(11)).astype(np.float64) * 2.0**-53


def chance(share: float, seed: int, purpose: str, positions: Ints) -> Flags:
    """True for about `share` of the positions."""
    return unit(seed, purpose, positions) < share


def shuffled(count: int, seed: int, purpose: str) -> Ints:
    """The integers 0 … count − 1 in random order."""
    order: Ints = np.argsort(bits(seed, purpose, np.arange(count)), kind="stable")
    return order
