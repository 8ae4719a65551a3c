"""What the lines of a delivery are counted by, as the keys of one table."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from pipeline.contract.columns import MONEY
from pipeline.watch.sketch_buckets import CODES, RATE, SMALLEST, ZERO_CODE
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_sums import Ints, Sums

NUMBERS = (*MONEY, RATE)
"""Columns of numbers that are told by their size."""
MONEY_BITS = len(MONEY)
_OWN_BITS = 32 + MONEY_BITS
"""Bits of what a line lacks itself: faults of its own cells, and money that is null."""


@dataclass(frozen=True)
class Counted:
    """Sums of lines by what they report.

    Attributes:
        places: by place and kind: place times the number of kinds, and kind; the last kind is
            that of lines that were not read.
        own: by the faults of lines' own cells and money columns that are null, the lower bits:
            both times the number of cells, and cell. Two sums may have a line, but never the
            same fault or column of it.
        buckets: of each column of numbers, by code times the number of cells, and cell.
    """

    places: Sums
    own: Sums
    buckets: Mapping[str, Sums]

    @classmethod
    def of(cls, sums: Sums, grid: Grid) -> "Counted":
        """What sums by such keys are of."""
        cuts = np.searchsorted(sums.keys, _firsts(grid))
        of_places, own, *buckets = (
            sums.taken(slice(begin, end)).moved(-first)
            for (begin, end), first in zip(pairwise(cuts), _firsts(grid), strict=False)
        )
        absent, place = np.divmod(of_places.keys, _places(grid))
        lacking = np.flatnonzero(absent)
        cell = grid.cell_of[place[lacking] // kinds(grid)]
        nulls = of_places.taken(lacking).keyed(absent[lacking] * grid.cells.height + cell)
        named = dict(zip(NUMBERS, buckets, strict=True))
        return cls(of_places.keyed(place), Sums.joined([own, nulls]), named)


def kinds(grid: Grid) -> int:
    """How many kinds lines may be of: one more than identities, for those that were not read."""
    return grid.kinds.height + 1


def layout(grid: Grid) -> Ints:
    """How lines are counted, as `kernel_lines` has it."""
    firsts = _firsts(grid)[1:-1]
    same = (kinds(grid), grid.cells.height, ZERO_CODE, SMALLEST, _places(grid))
    return np.array([*same, *firsts], dtype=np.int64)


def _places(grid: Grid) -> int:
    """Keys of places; as many again for each set of columns of money that a part has none of."""
    return grid.places.height * kinds(grid)


def _firsts(grid: Grid) -> list[int]:
    """The first keys of places, of what lines lack, of each column of numbers, and of nothing."""
    own = _places(grid) << MONEY_BITS
    buckets = own + (grid.cells.height << _OWN_BITS)
    return [0, own, *(buckets + n * CODES * grid.cells.height for n in range(len(NUMBERS) + 1))]
