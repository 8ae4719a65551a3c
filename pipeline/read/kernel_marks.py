"""Where the marks of a buffer stand, as compiled loops without a branch a byte."""

from typing import Any

import numpy as np

from pipeline.compiled import BYTES, kernel
from pipeline.read.kernel_words import bits_set, lowest, word

BLOCK = 2**13
"""Units looked at together: what is said of them stays in the nearest cache. A multiple of 64."""
_GATHER = np.uint64(0x0102040810204080)
"""Brings the lowest bits of eight bytes together in the highest byte, the first one lowest."""


@kernel(f"UniTuple(int64, 2)({BYTES}, UniTuple(uint8, 5), uint64[::1], uint8[::1], uint8[::1])")
def find(units: Any, marks: Any, words: Any, packed: Any, held: Any) -> Any:
    """Tell which units are one of five, the last two of which end lines.

    Args:
        units: of the buffer.
        marks: what is looked for; a unit may stand there twice.
        words: take a bit for each unit, the first one lowest, and zeros up to their end.
        packed: the same by bytes.
        held: room for `BLOCK` units.

    Returns:
        How many there are, and how many of them may end lines.
    """
    lines = 0
    one, two, three, four, five = marks
    packed[len(units) >> 3 :] = 0
    for start in range(0, len(units), BLOCK):
        block = units[start : start + BLOCK]
        for place in range(len(block)):
            unit = block[place]
            held[place] = (
                (unit == one) | (unit == two) | (unit == three) | (unit == four) | (unit == five)
            )
        # By itself: within the loop before, it costs twice as much as both.
        for unit in block:
            lines += (unit == four) | (unit == five)
        held[len(block) :] = 0
        for place in range((len(block) + 7) >> 3):
            bits = word(held, place << 3) * _GATHER
            packed[(start >> 3) + place] = np.uint8(bits >> np.uint64(56))
    count = 0
    for held_bits in words:
        count += bits_set(held_bits)
    return count, lines


@kernel("void(uint64[::1], uint32[::1])")
def list_places(words: Any, places: Any) -> None:
    """List the bits that are set, ascending."""
    count = 0
    for place in range(len(words)):
        held = words[place]
        while held:
            places[count] = (place << 6) + lowest(held)
            held &= held - np.uint64(1)
            count += 1
