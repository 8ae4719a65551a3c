"""The sketch of a delivery: what its lines report, counted part by part, exactly and mergeably.

Whatever is a property of a distinct identity or context is not looked at line by line: lines are
counted by the numbers of those, and what these counts mean is told once, in `sketch_rows`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import MONEY
from pipeline.watch.sketch_buckets import CODES, RATE, codes, floats
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_sums import BLOCK, Sums, Weights, limbs

Flags = NDArray[np.bool_]
Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]

OWN_BITS = 36
"""Of a key of `Sketch.own` below the cell: 32 for faults, the others for money that is null."""
MONEY_BITS = 4


@dataclass(frozen=True)
class Lines:
    """Lines of a delivery, as far as a sketch looks at them.

    Attributes:
        context: the number of each line's context.
        identity: the number of its identity.
        sets: the faults of its own cells.
        unread: whether its cells were not read.
        money: any of the columns of `MONEY`; one that is absent is null throughout.
    """

    context: Numbers
    identity: Numbers
    sets: Numbers
    unread: Flags
    money: pl.DataFrame

    def blocks(self) -> Iterable["Lines"]:
        """As many lines at once as can be summed exactly."""
        for begin in range(0, len(self.context), BLOCK):
            own = slice(begin, begin + BLOCK)
            yield Lines(
                self.context[own],
                self.identity[own],
                self.sets[own],
                self.unread[own],
                self.money[own],
            )


@dataclass(frozen=True)
class Sketch:
    """Sums of lines by what they report.

    Attributes:
        places: by place and kind: place times the number of kinds, and kind; the last kind is
            that of lines that were not read.
        own: by cell, faults of the lines' own cells, and money columns that are null; see
            `OWN_BITS`.
        pairs: by group and identity: group times the number of identities, and identity.
        buckets: of each column of numbers, by cell and code.
    """

    places: Sums
    own: Sums
    pairs: Sums
    buckets: Mapping[str, Sums]

    @classmethod
    def joined(cls, sketches: Sequence["Sketch"]) -> "Sketch":
        """The sketch of all lines together."""
        if not sketches:
            return cls(Sums.nothing(), Sums.nothing(), Sums.nothing(), {})
        columns = dict.fromkeys(name for one in sketches for name in one.buckets)
        return cls(
            Sums.joined([one.places for one in sketches]),
            Sums.joined([one.own for one in sketches]),
            Sums.joined([one.pairs for one in sketches]),
            {
                name: Sums.joined([one.buckets[name] for one in sketches if name in one.buckets])
                for name in columns
            },
        )

    @property
    def size(self) -> int:
        """How many sums it holds."""
        return sum(len(one.keys) for one in (self.places, self.own, self.pairs, *self._buckets))

    @property
    def _buckets(self) -> list[Sums]:
        return list(self.buckets.values())


def sketched(lines: Lines, grid: Grid) -> Sketch:
    """The sketch of some lines."""
    return Sketch.joined([_sketched(block, grid) for block in lines.blocks()])


def _sketched(lines: Lines, grid: Grid) -> Sketch:
    money = [lines.money[name] for name in MONEY if name in lines.money.columns]
    by_name = {column.name: column for column in money}
    nothing = (None, None, None)
    weights = Weights(
        limbs(by_name["quantity"]) if "quantity" in by_name else nothing,
        limbs(by_name["amount"]) if "amount" in by_name else nothing,
    )
    place = grid.place_of[lines.context].astype(np.int64)
    kind = grid.kind_of[lines.identity].astype(np.int64)
    if lines.unread.any():
        place = np.where(lines.unread, grid.unread_of[lines.context], place)
        kind[lines.unread] = grid.kinds.height
    kinds = grid.kinds.height + 1
    cell = grid.cell_of[place]
    read = None if not lines.unread.any() else np.flatnonzero(~lines.unread)
    return Sketch(
        Sums.of(place * kinds + kind, grid.places.height * kinds, weights),
        _own(lines, cell, by_name, grid, weights),
        _pairs(lines, place, read, grid, weights),
        _buckets(by_name, cell, read, grid, weights),
    )


def _own(
    lines: Lines, cell: Ints, money: Mapping[str, pl.Series], grid: Grid, weights: Weights
) -> Sums:
    """Lines by what is wrong with their own cells, and what they lack of money."""
    kinds = lines.sets.astype(np.int64) << MONEY_BITS
    for place, name in enumerate(MONEY):
        if name not in money:
            kinds |= np.where(lines.unread, 0, 1 << place)
        elif money[name].null_count():
            kinds |= (money[name].is_null().to_numpy() & ~lines.unread) * (1 << place)
    distinct, numbers = _distinct(kinds)
    sums = Sums.of(cell * len(distinct) + numbers, grid.cells.height * len(distinct), weights)
    cells, own = np.divmod(sums.keys, len(distinct))
    return sums.keyed(cells << OWN_BITS | distinct[own])


def _distinct(values: Ints) -> tuple[Ints, Ints]:
    """Distinct values, and the place of each among them; nearly all are the same."""
    usual = values[:1]
    others = np.flatnonzero(values != usual)
    distinct, places = np.unique(values[others], return_inverse=True)
    numbers = np.zeros(len(values), dtype=np.int64)
    numbers[others] = places + 1
    return np.concatenate([usual, distinct]), numbers


def _pairs(lines: Lines, place: Ints, read: Ints | None, grid: Grid, weights: Weights) -> Sums:
    """Lines by group and identity."""
    identities = len(grid.kind_of)
    keys = grid.group_of[place] * identities + lines.identity
    if read is not None:
        keys, weights = keys[read], weights.taken(read)
    return Sums.of(keys, grid.groups.height * identities, weights)


def _buckets(
    money: Mapping[str, pl.Series], cell: Ints, read: Ints | None, grid: Grid, weights: Weights
) -> dict[str, Sums]:
    """Lines by the size of each of their numbers; what is null has none."""
    numbers = {name: floats(column) for name, column in money.items()}
    if "quantity" in numbers and "amount" in numbers:
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.abs(numbers["amount"]) / np.abs(numbers["quantity"])
        numbers[RATE] = np.where(np.isfinite(rate), rate, np.nan)
    found = {}
    for name, values in numbers.items():
        there = ~np.isnan(values)
        if read is not None:
            unread = np.ones(len(values), dtype=np.bool_)
            unread[read] = False
            there &= ~unread
        chosen = np.flatnonzero(there)
        found[name] = _bucket(values[chosen], cell[chosen], grid, weights.taken(chosen))
    return found


def _bucket(values: NDArray[np.float64], cell: Ints, grid: Grid, weights: Weights) -> Sums:
    code = codes(values)
    lowest = int(code.min()) if len(code) else 0
    width = int(code.max()) - lowest + 1 if len(code) else 1
    sums = Sums.of(cell * width + (code - lowest), grid.cells.height * width, weights)
    cells, own = np.divmod(sums.keys, width)
    return Sums(cells * CODES + own + lowest, sums.lines, sums.figures)
