"""The hashes of lines, one pass over them for what they name and one for each column of money."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Lane = NDArray[np.uint64]
Places = NDArray[np.uint32]
Flags = NDArray[np.bool_]

_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)

_READ = "Array(uint64, 1, 'C', True)"
_AT = "Array(uint32, 1, 'C', True)"


@kernel()
def _mixed(word: np.uint64) -> np.uint64:
    """A word each bit of which depends on all of its bits."""
    word = (word ^ (word >> np.uint64(30))) * _MIX_1
    word = (word ^ (word >> np.uint64(27))) * _MIX_2
    return word ^ (word >> np.uint64(31))


@kernel(f"void(uint64[::1], {_READ}, {_AT}, {_READ}, {_AT}, uint64)")
def name(
    lane: Lane, whose: Lane, identity: Places, wheres: Lane, context: Places, factor: np.uint64
) -> None:
    """Begin a lane with what lines name.

    Args:
        lane: filled.
        whose: the lane of each identity.
        identity: of each line.
        wheres: the lane of each context.
        context: of each line.
        factor: of the context.
    """
    for line in range(len(lane)):
        lane[line] = whose[identity[line]] + wheres[context[line]] * factor


@kernel(f"void(uint64[::1], uint64[::1], {_READ}, Array(bool, 1, 'C', True), {_READ})")
def add(first: Lane, second: Lane, words: Lane, known: Flags, factors: Lane) -> None:
    """Add a column of money to both lanes; null adds nothing, and zero does.

    Args:
        first: changed.
        second: changed.
        words: of each line the low and the high 64 bits of its decimal, unscaled.
        known: of each line, or none where no line is null.
        factors: of the low word in either lane, then of the high one.
    """
    for line in range(len(first)):
        if len(known) and not known[line]:
            continue
        for which in range(2):
            # Multiples of 10^16 are multiples of 2^16: without a mix of their own they would
            # leave the lowest bits of a sum alone.
            spread = (words[2 * line + which] + _MIX_2) * _MIX_1
            spread ^= spread >> np.uint64(32)
            first[line] += spread * factors[2 * which]
            second[line] += spread * factors[2 * which + 1]


@kernel("void(uint64[::1])")
def finish(lane: Lane) -> None:
    """Mix each hash of a lane."""
    for line in range(len(lane)):
        lane[line] = _mixed(lane[line])


@kernel(f"void(uint64[::1], {_READ}, Array(bool, 1, 'C', True))")
def flag(lane: Lane, words: Lane, known: Flags) -> None:
    """Let the last bit of each hash say whether the line carries money, or some not read."""
    for line in range(len(lane)):
        carries = (words[2 * line] | words[2 * line + 1]) != 0
        if len(known) and not known[line]:
            carries = True
        lane[line] = (lane[line] & ~np.uint64(1)) | np.uint64(carries)
