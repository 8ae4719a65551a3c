"""Lines by group and identity: what a report has most of.

Where groups and identities are few, their sums are kept in memory. Else the lines of each part
are put in the order of their groups, go to disk, and are counted group by group in the end.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.watch.sketch_pieces import ROOM, Floats, Ints, Pieces
from pipeline.watch.sketch_sums import Sums, Weights

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
    def pieces(self) -> list[Floats | Ints]:
        """The columns that its weights are made of."""
        return [*self.weights.quantity.pieces, *self.weights.amount.pieces]

    def without_columns(self) -> "Ordered":
        """The same, where its columns stand in a file."""
        quantity, amount = self.weights.quantity, self.weights.amount
        none = np.zeros(0, dtype=np.uint32)
        weights = Weights(quantity.without_pieces(), amount.without_pieces())
        return Ordered(none, weights, self.begins)

    def between(
        self, groups: range, identity: Numbers, pieces: Sequence[Floats | Ints]
    ) -> "Ordered":
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


def summed(blocks: Iterable[Ordered], groups: range, identities: int) -> Sums:
    """The sums of all lines of some groups, by group times the number of identities, and identity.

    Args:
        blocks: the lines of these groups.
        groups: which they are.
        identities: how many there are.
    """
    found: list[Sums] = []
    waiting: dict[tuple[int, int, int, int], list[Ordered]] = {}
    for block in blocks:
        alike = waiting.setdefault(block.form, [])
        if alike and not _fit([*alike, block]):
            found.append(_counted(alike, len(groups), identities))
            alike.clear()
        alike.append(block)
    found += [_counted(alike, len(groups), identities) for alike in waiting.values() if alike]
    sums = Sums.joined(found or [Sums.nothing()])
    return Sums(sums.keys + groups.start * identities, sums.lines, sums.figures)


def _fit(blocks: list[Ordered]) -> bool:
    """Whether blocks can be summed at once."""
    quantity = sum(block.weights.quantity.size for block in blocks)
    return quantity <= ROOM and sum(block.weights.amount.size for block in blocks) <= ROOM


def _counted(blocks: list[Ordered], groups: int, identities: int) -> Sums:
    """The sums of blocks of one form."""
    keys = [
        np.repeat(np.arange(groups) * identities, np.diff(block.begins)) + block.identity
        for block in blocks
    ]
    weights = Weights(
        Pieces.joined([block.weights.quantity for block in blocks], [len(one) for one in keys]),
        Pieces.joined([block.weights.amount for block in blocks], [len(one) for one in keys]),
    )
    return Sums.of(np.concatenate(keys), groups * identities, weights)
