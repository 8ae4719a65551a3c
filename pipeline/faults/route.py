"""From the faults of a line to its status.

Faults travel as sets of bits, one unsigned integer a line: those of its identity, of its context
and of its own cells are joined by OR, and names are made only of the few distinct sets.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.vocab import Effect, Fault, Status, Tier

Sets = NDArray[np.uint32]
Flags = NDArray[np.bool_]

OF_LINES = [fault for fault in Fault if fault.tier is not Tier.TRANSIENT]
"""All faults but those of requests, which no line has."""
BIT = {fault: np.uint32(1 << place) for place, fault in enumerate(OF_LINES)}

STATUSES = (
    Status.MATCHED,
    Status.UNMATCHED,
    Status.HELD,
    Status.EXCLUDED,
    Status.QUARANTINED,
)
"""In rising precedence: a line has the last one that any of its faults asks for."""

_ASKED = {
    Effect.UNMATCHED: Status.UNMATCHED,
    Effect.HELD: Status.HELD,
    Effect.EXCLUDED: Status.EXCLUDED,
    Effect.QUARANTINED: Status.QUARANTINED,
}


def joined(*faults: Fault) -> np.uint32:
    """The set of some faults."""
    return np.uint32(sum({int(BIT[fault]) for fault in faults}))


BLOCKING = {
    status: joined(*(fault for fault in OF_LINES if _ASKED.get(fault.effect) is status))
    for status in STATUSES
}
"""Which faults ask for a status."""

FATAL = BLOCKING[Status.QUARANTINED]

FEW = 2**10
"""Kinds of faults that are found in one pass over lines; a part of a report has dozens."""


def sets_of(faults: pl.Series) -> Sets:
    """The set of each line of fault names.

    Args:
        faults: List(String), one list per line; null is no fault.
    """
    sets = np.zeros(len(faults), dtype=np.uint32)
    faulty = np.flatnonzero(faults.list.len().fill_null(0).to_numpy())
    names = faults.gather(faulty).list.join(" ")
    kinds = names.unique()
    known = [joined(*map(Fault, kind.split())) for kind in kinds]
    sets[faulty] = names.replace_strict(kinds, known, return_dtype=pl.UInt32).to_numpy()
    return sets


def sets_of_names(names: pl.Series) -> Sets:
    """The set of each line that has one fault, by its name, or none (null)."""
    codes = {fault.value: int(bit) for fault, bit in BIT.items()}
    found = names.replace_strict(codes, default=0, return_dtype=pl.UInt32)
    return found.fill_null(0).to_numpy().copy()


@dataclass(frozen=True)
class Kinds:
    """The sets of lines by their kinds, of which there are few.

    Attributes:
        sets: distinct sets; where these are some of many lines, not all of them occur.
        places: the place of each line's set among them.
    """

    sets: Sets
    places: NDArray[np.uint32]

    @classmethod
    def of(cls, sets: Sets) -> "Kinds":
        """The kinds of lines' sets."""
        from pipeline.faults import kernel_kinds

        slots, kinds, places = (np.empty(n, dtype=np.uint32) for n in (4 * FEW, FEW, len(sets)))
        height = kernel_kinds.distinct(np.ascontiguousarray(sets), slots, kinds, places)
        if height >= 0:
            return cls(kinds[:height], places)
        kinds, numbers = np.unique(sets, return_inverse=True)
        return cls(kinds, numbers.astype(np.uint32))

    def some(self, chosen: Flags | NDArray[np.int64]) -> "Kinds":
        """Those of some of the lines."""
        return Kinds(self.sets, self.places[chosen])

    def having(self, faults: np.uint32) -> NDArray[np.int64]:
        """The lines that have any of some faults, ascending."""
        return np.flatnonzero(((self.sets & faults) != 0)[self.places])

    def names(self) -> pl.Series:
        """The names in each set as List(String), in the order of the vocabulary."""
        lists = [[fault.value for fault in OF_LINES if kind & BIT[fault]] for kind in self.sets]
        return pl.Series("faults", lists, dtype=pl.List(pl.String)).gather(self.places)

    def deciding(self) -> pl.Series:
        """The name of the fault that decides each line's status; null where none blocks."""
        names = [_decider(kind) for kind in self.sets]
        return pl.Series("fault", names, dtype=pl.String).gather(self.places)

    def counts(self) -> dict[Fault, int]:
        """How many lines have each fault; faults that none has are left out."""
        numbers = np.bincount(self.places, minlength=len(self.sets))
        found = {fault: int(numbers[(self.sets & bit) != 0].sum()) for fault, bit in BIT.items()}
        return {fault: number for fault, number in found.items() if number}

    def statuses(self, dependent: Flags) -> NDArray[np.uint8]:
        """The place in `STATUSES` of each line's status; see the function of that name."""
        alone = statuses(self.sets, np.zeros(len(self.sets), dtype=np.bool_))[self.places]
        # The higher place is the one that takes precedence.
        return np.maximum(alone, dependent * np.uint8(STATUSES.index(Status.HELD)))


def names_of(sets: Sets) -> pl.Series:
    """The names in each set as List(String), in the order of the vocabulary."""
    return Kinds.of(sets).names()


def deciding(sets: Sets) -> pl.Series:
    """The name of the fault that decides each line's status; null where none blocks."""
    return Kinds.of(sets).deciding()


def counts(sets: Sets) -> dict[Fault, int]:
    """How many lines have each fault; faults that none has are left out."""
    return Kinds.of(sets).counts()


def _decider(kind: np.uint32) -> str | None:
    held = [fault for fault in OF_LINES if kind & BIT[fault]]
    ranked = sorted(held, key=lambda fault: -STATUSES.index(_ASKED.get(fault.effect, STATUSES[0])))
    blocking = [fault for fault in ranked if fault.effect is not Effect.WARNS]
    # A warning decides where the line's terms depend on what it could not read.
    return next(iter(blocking or ranked), None)


def statuses(sets: Sets, dependent: Flags) -> NDArray[np.uint8]:
    """The place in `STATUSES` of each line's status.

    Args:
        sets: the faults of each line.
        dependent: whether a warning of the line touches what the recording's terms depend on.
    """
    found = np.zeros(len(sets), dtype=np.uint8)
    for place, status in enumerate(STATUSES):
        asked = (sets & BLOCKING[status]) != 0
        found[asked | (dependent if status is Status.HELD else False)] = place
    return found
