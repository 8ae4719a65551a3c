"""The sketch of a delivery: what its lines report, counted part by part, exactly and mergeably.

Whatever is a property of a distinct identity or context is not looked at line by line: lines are
counted by the numbers of those, and what these counts mean is told once, in `sketch_rows`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import MONEY
from pipeline.watch.sketch_buckets import CODES, NONE, RATE, codes
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_numbers import Numbers as Decimals
from pipeline.watch.sketch_pairs import AT_ONCE, Ordered
from pipeline.watch.sketch_pieces import BLOCK, NOTHING, Flags, Floats, Ints
from pipeline.watch.sketch_sums import Sums, Weights

Numbers = NDArray[np.uint32]

OWN_BITS = 36
"""Of a key of `Sketch.own` below the cell: 32 for faults, the others for money that is null."""
MONEY_BITS = 4
WEIGHTS = ("quantity", "amount")
"""What lines are weighed by."""


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
        ordered: the lines themselves instead, where there are too many pairs.
        buckets: of each column of numbers, by cell and code.
    """

    places: Sums
    own: Sums
    pairs: Sums
    ordered: tuple[Ordered, ...]
    buckets: Mapping[str, Sums]

    @classmethod
    def joined(cls, sketches: Sequence["Sketch"]) -> "Sketch":
        """The sketch of all lines together."""
        if not sketches:
            return cls(Sums.nothing(), Sums.nothing(), Sums.nothing(), (), {})
        columns = dict.fromkeys(name for one in sketches for name in one.buckets)
        return cls(
            Sums.joined([one.places for one in sketches]),
            Sums.joined([one.own for one in sketches]),
            Sums.joined([one.pairs for one in sketches]),
            tuple(block for one in sketches for block in one.ordered),
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
    money = {column.name: Decimals.of(column) for column in lines.money}
    weights = Weights(*(money[name].pieces() if name in money else NOTHING for name in WEIGHTS))
    unread = np.flatnonzero(lines.unread)
    place: Ints = grid.place_of[lines.context].astype(np.int64)
    place[unread] = grid.unread_of[lines.context[unread]]
    kinds = grid.kinds.height + 1
    kind: Ints = grid.kind_of[lines.identity].astype(np.int64)
    kind[unread] = grid.kinds.height
    cell = grid.cell_of[place]
    group = grid.group_of[place]
    group[unread] = grid.groups.height
    pairs = _pairs(lines, group, grid, weights)
    return Sketch(
        Sums.of(place * kinds + kind, grid.places.height * kinds, weights),
        _own(lines, cell, money, grid, weights),
        pairs if isinstance(pairs, Sums) else Sums.nothing(),
        () if isinstance(pairs, Sums) else (pairs,),
        {
            name: _bucket(codes(values, np.append(missing, unread)), cell, grid, weights)
            for name, values, missing in _numbers(money)
        },
    )


def _own(
    lines: Lines, cell: Ints, money: Mapping[str, Decimals], grid: Grid, weights: Weights
) -> Sums:
    """Lines by what is wrong with their own cells, and what they lack of money."""
    bits = {name: 1 << place for place, name in enumerate(MONEY)}
    absent = sum(bit for name, bit in bits.items() if name not in money)
    kinds: Ints = (lines.sets.astype(np.int64) << MONEY_BITS) | np.int64(absent)
    for name, numbers in money.items():
        kinds[numbers.missing] |= bits[name]
    unread = np.flatnonzero(lines.unread)
    kinds[unread] = lines.sets[unread].astype(np.int64) << MONEY_BITS
    distinct, numbers_of = _distinct(kinds)
    width = len(distinct)
    sums = Sums.of(cell * width + numbers_of, grid.cells.height * width, weights)
    cells, own = np.divmod(sums.keys, width)
    keys = cells << OWN_BITS | distinct[own]
    order = np.argsort(keys)
    return Sums(keys[order], sums.lines[order], sums.figures[:, order])


def _distinct(values: Ints) -> tuple[Ints, Ints]:
    """Distinct values, and the place of each among them; nearly all are the same."""
    usual = values[:1]
    others = np.flatnonzero(values != usual)
    distinct, places = np.unique(values[others], return_inverse=True)
    numbers = np.zeros(len(values), dtype=np.int64)
    numbers[others] = places + 1
    return np.concatenate([usual, distinct]), numbers


def _pairs(lines: Lines, group: Ints, grid: Grid, weights: Weights) -> Sums | Ordered:
    """Lines by group and identity, but for those of no group, which were not read."""
    groups, identities = grid.groups.height, len(grid.kind_of)
    if groups * identities > AT_ONCE:
        return Ordered.of(group, lines.identity, groups, weights)
    keys = group * identities + lines.identity.astype(np.int64)
    sums = Sums.of(keys, (groups + 1) * identities, weights)
    return sums.taken(slice(0, np.searchsorted(sums.keys, groups * identities)))


def _numbers(money: Mapping[str, Decimals]) -> Iterator[tuple[str, Floats, Ints]]:
    """Name, values, and the places of what is missing of each column of numbers."""
    for name, numbers in money.items():
        yield name, numbers.values, numbers.missing
    if all(name in money for name in WEIGHTS):
        quantity, amount = (money[name] for name in WEIGHTS)
        with np.errstate(divide="ignore", invalid="ignore"):
            rate = np.abs(amount.values / quantity.values)
        nothing = np.flatnonzero(quantity.values == 0)
        yield RATE, rate, np.concatenate([nothing, quantity.missing, amount.missing])


def _bucket(code: Ints, cell: Ints, grid: Grid, weights: Weights) -> Sums:
    """Lines by cell and bucket."""
    there = np.flatnonzero(np.bincount(code, minlength=CODES))
    ranks = np.zeros(CODES, dtype=np.int64)
    ranks[there] = np.arange(len(there))
    width = max(len(there), 1)
    sums = Sums.of(cell * width + ranks[code], grid.cells.height * width, weights)
    cells, rank = np.divmod(sums.keys, width)
    found = Sums(cells * CODES + there[rank], sums.lines, sums.figures)
    return found.taken(there[rank] != NONE)
