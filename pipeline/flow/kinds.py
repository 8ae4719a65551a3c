"""Rows of the same bytes, known again from part to part by 128 bits of hash."""

import secrets
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
Numbers = NDArray[np.uint32]

UNKNOWN = np.uint32(2**32 - 1)
_LEAST = 1024
_FULL, _GROWTH = 2, 4
"""Once one place of the table in so many is taken, it has so many times as many."""


def _seeds() -> Keys:
    return np.array([secrets.randbits(64) for _ in range(2)], dtype=np.uint64)


@dataclass
class Kinds:
    """Kinds of rows by their keys, each with a number that it was given.

    One thread may add to it while none other looks; others look into copies.

    Attributes:
        seeds: two words that no sender can know, of which keys are made.
        table: by the lowest bits of a key the place of its kind, from 1; 0 where there is none.
        keys: of each kind, two words, and room for more.
        numbers: of each kind, likewise.
        count: how many there are.
    """

    seeds: Keys = field(default_factory=_seeds)
    table: Numbers = field(default_factory=lambda: np.zeros(_LEAST, dtype=np.uint32))
    keys: Keys = field(default_factory=lambda: np.empty((_LEAST, 2), dtype=np.uint64))
    numbers: Numbers = field(default_factory=lambda: np.empty(_LEAST, dtype=np.uint32))
    count: int = 0

    def find(self, keys: Keys) -> Numbers:
        """The number of each key's kind; `UNKNOWN` where it is none of these."""
        from pipeline.flow import kernel_kinds

        found = np.empty(len(keys), dtype=np.uint32)
        kernel_kinds.find(self.table, self.keys, self.numbers, keys, found)
        return found

    def add(self, keys: Keys, numbers: Numbers) -> None:
        """Add kinds with their numbers; one that is there keeps its own."""
        from pipeline.flow import kernel_kinds

        room = len(self.table)
        while room < _FULL * (self.count + len(keys)):
            room *= _GROWTH
        if room > len(self.table):
            grown = Kinds(*self._with_room(room))
            grown.count = kernel_kinds.add(
                *(grown.table, grown.keys, grown.numbers, 0),
                *(self.keys[: self.count], self.numbers[: self.count]),
            )
            vars(self).update(vars(grown))
        self.count = kernel_kinds.add(
            self.table, self.keys, self.numbers, self.count, keys, numbers
        )

    def copy(self) -> "Kinds":
        """The same as they are now."""
        held = self.keys[: self.count].copy(), self.numbers[: self.count].copy()
        return Kinds(self.seeds, self.table.copy(), *held, self.count)

    def _with_room(self, room: int) -> tuple[Keys, Numbers, Keys, Numbers]:
        return (
            self.seeds,
            np.zeros(room, dtype=np.uint32),
            np.empty((room // _FULL, 2), dtype=np.uint64),
            np.empty(room // _FULL, dtype=np.uint32),
        )
