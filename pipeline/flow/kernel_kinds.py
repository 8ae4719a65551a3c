"""A table of keys of 128 bits, as compiled loops."""

from typing import Any

import numpy as np

from pipeline.compiled import kernel


@kernel()
def _place(table: Any, held: Any, one: Any, other: Any) -> Any:
    """Where a key stands in a table, or would."""
    last = len(table) - 1
    place = np.int64(one & np.uint64(last))
    number = np.int64(table[place]) - 1
    while number >= 0 and not (held[number, 0] == one and held[number, 1] == other):
        place = (place + 1) & last
        number = np.int64(table[place]) - 1
    return place


@kernel("void(uint32[::1], uint64[:, ::1], uint32[::1], uint64[:, ::1], uint32[::1])")
def find(table: Any, held: Any, given: Any, keys: Any, found: Any) -> None:
    """Look keys up.

    Args:
        table: 2^n places, some of them 0: by the lowest bits of a key its place in `held`, from 1.
        held: the keys that are known.
        given: the number of each.
        keys: those that are looked for.
        found: takes their numbers; the largest there is where one is not known.
    """
    for at in range(len(keys)):
        place = _place(table, held, keys[at, 0], keys[at, 1])
        number = np.int64(table[place]) - 1
        found[at] = given[number] if number >= 0 else np.uint32(0xFFFFFFFF)


@kernel("int64(uint32[::1], uint64[:, ::1], uint32[::1], int64, uint64[:, ::1], uint32[::1])")
def add(table: Any, held: Any, given: Any, count: int, keys: Any, numbers: Any) -> int:
    """Enter keys that are not known yet, each with its number; how many are known then.

    Args:
        table: as `find`; more than `count` and the keys together.
        held: as `find`; room for as many.
        given: as `find`, likewise.
        count: how many of `held` are known.
        keys: those to be entered.
        numbers: of each.
    """
    for at in range(len(keys)):
        place = _place(table, held, keys[at, 0], keys[at, 1])
        if not table[place]:
            held[count, 0], held[count, 1] = keys[at, 0], keys[at, 1]
            given[count] = numbers[at]
            count += 1
            table[place] = count
    return count
