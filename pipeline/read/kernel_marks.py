"""Which units of a buffer are marks, one bit each, as a compiled loop."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel_words import word

_BLOCK = 2**13
"""Units looked at together: what is said of them stays in the nearest cache. A multiple of 64."""
_GATHER = np.uint64(0x0102040810204080)
"""Brings the lowest bits of eight bytes together in the highest byte, the first one lowest."""


@kernel(f"void({BYTES}, UniTuple(uint8, 5), uint8[::1])")
def mark(units: Any, marks: Any, packed: Any) -> None:
    """Tell which units are one of five.

    Args:
        units: of the buffer.
        marks: what is looked for; a unit may stand there twice.
        packed: takes a bit for each unit, the first one lowest, and zeros up to its end.
    """
    one, two, three, four, five = marks
    held = np.zeros(_BLOCK, dtype=np.uint8)
    packed[len(units) >> 3 :] = 0
    for start in range(0, len(units), _BLOCK):
        block = units[start : start + _BLOCK]
        for place in range(len(block)):
            unit = block[place]
            held[place] = (
                (unit == one) | (unit == two) | (unit == three) | (unit == four) | (unit == five)
            )
        held[len(block) :] = 0
        for place in range((len(block) + 7) >> 3):
            bits = word(held, place << 3) * _GATHER
            packed[(start >> 3) + place] = np.uint8(bits >> np.uint64(56))
