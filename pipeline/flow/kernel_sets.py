"""The faults of lines, joined in one pass from those of what they name and of their own cells."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Sets = NDArray[np.uint32]
Flags = NDArray[np.bool_]

_SETS = "Array(uint32, 1, 'C', readonly=True)"
_FLAGS = "Array(boolean, 1, 'C', readonly=True)"


@kernel(
    f"void({_SETS}, {_SETS}, {_SETS}, {_SETS}, {_SETS}, {_FLAGS}, uint32, uint32, uint32, uint32, "
    "uint32[::1])"
)
def join(
    identity: Sets,
    context: Sets,
    own: Sets,
    identity_sets: Sets,
    context_sets: Sets,
    halted: Flags,
    torn: np.uint32,
    fatal: np.uint32,
    of_halted: np.uint32,
    of_all: np.uint32,
    sets: Sets,
) -> None:
    """Join the faults of lines.

    Args:
        identity: the number of each line's identity.
        context: of its context.
        own: the faults of its own cells.
        identity_sets: the faults of each identity.
        context_sets: of each context.
        halted: whether the asset of an identity is halted.
        torn: the faults beside which a line has no others.
        fatal: those beside which it has none of the following.
        of_halted: that of lines whose asset is halted.
        of_all: those of all lines.
        sets: what lines have for the pair of identity and context; all of theirs in the end.
    """
    for line in range(len(sets)):
        if own[line] & torn:
            sets[line] = own[line]
        else:
            named = identity_sets[identity[line]] | context_sets[context[line]]
            sets[line] |= named | own[line]
        if not sets[line] & fatal:
            sets[line] |= of_all
            if halted[identity[line]]:
                sets[line] |= of_halted
