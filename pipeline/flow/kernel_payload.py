"""Lines copied out of the bytes around them, as a compiled loop."""

from typing import Any

from pipeline.compiled import kernel


@kernel("void(uint8[::1], int64[::1], int64[::1], uint8[::1], int64)")
def copy(held: Any, starts: Any, sizes: Any, copied: Any, at: int) -> None:
    """Copy lines, one after the other.

    Args:
        held: the bytes.
        starts: where each line begins in them.
        sizes: how long it is.
        copied: takes the lines.
        at: where the first begins there.
    """
    for line in range(len(starts)):
        start = starts[line]
        for place in range(sizes[line]):
            copied[at + place] = held[start + place]
        at += sizes[line]
