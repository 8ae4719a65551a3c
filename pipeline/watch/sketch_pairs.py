"""Lines by group and identity: what a report has most of.

Where groups and identities are few, their sums are kept in memory. Else the lines of each part
are put in the order of their groups, go to disk, and are counted group by group in the end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.watch.sketch_pieces import ROOM, Ints, Piece, Pieces
from pipeline.watch.sketch_sums import Sums, Tally, Weights

AT_ONCE = 2**18
"""Pairs whose sums are in memory together."""

Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class Ordered:
    """The lines of a block in the order of their groups.

    Attributes:
        identity: of each line.
        weights: likewise.
        begins: where each group begins, and where the last ends.
    """

    identity: Numbers
    weights: Weights
    begins: Ints

    @classmethod
    def of(cls, group: Ints, identity: Numbers, count: int, weights: Weights) -> "Ordered":
        """Lines put in order; those of the group `count` are left out."""
        # Two bytes are sorted by counting, eight by comparing.
        narrow = group.astype(np.uint16) if count < 2**16 else group
        ends = np.cumsum(np.bincount(group, minlength=count + 1))[:count]
        begins = np.concatenate([np.zeros(1, dtype=np.int64), ends])
        order = np.argsort(narrow, kind="stable")[: begins[-1]]
        return cls(identity[order], weights.ordered(order), begins)

    def __len__(self) -> int:
        """How many lines."""
        return len(self.identity)

    @property
    def pieces(self) -> list[Piece]:
        """The columns that its weights are made of."""
        return [*self.weights.quantity.pieces, *self.weights.amount.pieces]

    def without_columns(self) -> "Ordered":
        """The same, where its columns stand in a file."""
        quantity, amount = self.weights.quantity, self.weights.amount
        none = np.zeros(0, dtype=np.uint32)
        weights = Weights(quantity.without_pieces(), amount.without_pieces())
        return Ordered(none, weights, self.begins)

    def between(self, groups: range, identity: Numbers, pieces: Sequence[Piece]) -> "Ordered":
        """The lines of some groups, from that run of each column."""
        begin, end = int(self.begins[groups.start]), int(self.begins[groups.stop])
        count = len(self.weights.quantity.pieces)
        weights = Weights(
            self.weights.quantity.between(begin, end, tuple(pieces[:count])),
            self.weights.amount.between(begin, end, tuple(pieces[count:])),
        )
        begins = self.begins[groups.start : groups.stop + 1] - begin
        return Ordered(identity, weights, begins)

    @property
    def form(self) -> tuple[int, int, int, int]:
        """How its weights are cut: those of another form cannot be summed with them."""
        quantity, amount = self.weights.quantity, self.weights.amount
        return len(quantity.pieces), quantity.unit, len(amount.pieces), amount.unit


def bundles(groups: int, identities: int) -> Iterator[range]:
    """Groups that are counted together."""
    step = max(AT_ONCE // max(identities, 1), 1)
    for begin in range(0, groups, step):
        yield range(begin, min(begin + step, groups))


def summed(blocks: Iterable[Ordered], groups: range, identities: int) -> Tally:
    """All lines of some groups by group times the number of identities, and identity.

    Args:
        blocks: the lines of these groups.
        groups: which they are.
        identities: how many there are.
    """
    found: list[Tally] = []
    waiting: dict[tuple[int, int, int, int], list[Ordered]] = {}
    for block in blocks:
        alike = waiting.setdefault(block.form, [])
        if alike and not _fit([*alike, block]):
            found.append(_counted(alike, groups, identities))
            alike.clear()
        alike.append(block)
    found += [_counted(alike, groups, identities) for alike in waiting.values() if alike]
    if len(found) == 1:
        return found[0]
    return Tally.of(Sums.joined([one.sums for one in found] or [Sums.nothing()]))


def _fit(blocks: list[Ordered]) -> bool:
    """Whether blocks can be summed at once."""
    quantity = sum(block.weights.quantity.size for block in blocks)
    return quantity <= ROOM and sum(block.weights.amount.size for block in blocks) <= ROOM


def _counted(blocks: list[Ordered], groups: range, identities: int) -> Tally:
    """Blocks of one form, counted together."""
    begins = np.arange(len(groups), dtype=np.int64) * identities
    keys = [np.repeat(begins, np.diff(block.begins)) + block.identity for block in blocks]
    sizes = [len(one) for one in keys]
    weights = Weights(
        Pieces.joined([block.weights.quantity for block in blocks], sizes),
        Pieces.joined([block.weights.amount for block in blocks], sizes),
    )
    found = Tally.counted(np.concatenate(keys), len(groups) * identities, weights)
    return Tally(found.keys + groups.start * identities, found.lines, found.weights)
