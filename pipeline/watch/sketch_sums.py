"""Exact sums by key in numpy: lines, quantity and amount.

What is summed is cut so that float64 sums of a block of lines stay below 2^53, where they are
exact; sums of blocks are whole numbers. So nothing is rounded, whatever the order and the size of
parts, at a tenth of the cost of sums of decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import AMOUNT, DRIFT, QUANTITY
from pipeline.watch.sketch_pieces import Floats, Ints, Pieces, decimals

_DENSE = 2**10
"""Keys that are not renumbered first, however few lines there are."""
_FLAGGED = 2**22
"""Keys that are renumbered by a flag each; more of them by sorting."""
_EXACT = 2**53


@dataclass(frozen=True)
class Weights:
    """The money of a block's lines; 0 where it is null."""

    quantity: Pieces
    amount: Pieces

    def ordered(self, order: Ints) -> "Weights":
        """Those of some lines, in another order."""
        return Weights(self.quantity.ordered(order), self.amount.ordered(order))


@dataclass(frozen=True)
class Sums:
    """Sums by key.

    Attributes:
        keys: distinct, ascending.
        lines: how many lines have the key.
        figures: three limbs of the quantity and three of the amount; see `sketch_pieces`.
    """

    keys: Ints
    lines: Ints
    figures: Ints

    @classmethod
    def of(cls, keys: Ints, size: int, weights: Weights) -> "Sums":
        """The sums of a block's lines.

        Args:
            keys: of each line, from 0 to less than `size`.
            size: of the room of keys.
            weights: of each line.
        """
        kept, places, count = _compact(keys, size)
        lines = np.bincount(places, minlength=count)
        # Nothing is worked out for the keys that no line has.
        there = None if kept is not None else np.flatnonzero(lines)
        figures = [
            pieces.sums(places, count, there) for pieces in (weights.quantity, weights.amount)
        ]
        if kept is None:
            kept, lines = np.flatnonzero(lines), lines[lines != 0]
        return cls(kept, lines, np.concatenate(figures))

    @classmethod
    def grouped(cls, keys: Ints, size: int, lines: Ints, figures: Ints) -> "Sums":
        """Sums under new keys, which may be the same for several."""
        kept, places, count = _compact(keys, size)
        counted = _added(places, lines, count)
        summed = np.stack([_added(places, row, count) for row in figures])
        if kept is not None:
            return cls(kept, counted, summed)
        there = np.flatnonzero(counted)
        return cls(there, counted[there], summed[:, there])

    @classmethod
    def joined(cls, parts: Sequence["Sums"]) -> "Sums":
        """The sums of several."""
        if len(parts) == 1:
            return parts[0]
        whole = cls.side_by_side(parts)
        return whole.keyed(whole.keys, int(whole.keys.max(initial=0)) + 1)

    @classmethod
    def side_by_side(cls, parts: Sequence["Sums"]) -> "Sums":
        """Several one after the other, under the keys that they have."""
        return cls(
            np.concatenate([part.keys for part in parts]),
            np.concatenate([part.lines for part in parts]),
            np.concatenate([part.figures for part in parts], axis=1),
        )

    @classmethod
    def nothing(cls) -> "Sums":
        """No sums."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, np.zeros((6, 0), dtype=np.int64))

    def keyed(self, keys: Ints, size: int) -> "Sums":
        """The same under new keys; see `grouped`."""
        return Sums.grouped(keys, size, self.lines, self.figures)

    def negated(self) -> "Sums":
        """What takes them back."""
        return Sums(self.keys, -self.lines, -self.figures)

    def taken(self, chosen: NDArray[np.bool_] | Ints | slice) -> "Sums":
        """Some of them."""
        return Sums(self.keys[chosen], self.lines[chosen], self.figures[:, chosen])

    def told(self) -> pl.DataFrame:
        """`lines`, `quantity` and `amount`, in the order of the keys."""
        quantity = decimals(self.figures[:3], QUANTITY.scale).cast(DRIFT["quantity"])
        amount = decimals(self.figures[3:], AMOUNT.scale)
        lines = pl.Series("lines", self.lines)
        return pl.DataFrame([lines, quantity.alias("quantity"), amount.alias("amount")])

    def moved(self, step: int) -> "Sums":
        """The same under keys that are so much higher."""
        return Sums(self.keys + step, self.lines, self.figures)

    @property
    def weight(self) -> Floats:
        """About the amount of each, unscaled."""
        first, second, third = self.figures[3:].astype(np.float64)
        about: Floats = first + second * 2.0**32 + third * 2.0**64
        return about


def distinct(keys: Ints, size: int) -> tuple[Ints, Ints]:
    """The distinct keys, ascending, and each line's place among them.

    Args:
        keys: from 0 to less than `size`.
        size: of the room of keys.
    """
    if size > _FLAGGED:
        kept, places = np.unique(keys, return_inverse=True)
        return kept, places
    flags = np.zeros(size, dtype=np.bool_)
    flags[keys] = True
    kept = np.flatnonzero(flags)
    numbers = np.empty(size, dtype=np.int32)
    numbers[kept] = np.arange(len(kept), dtype=np.int32)
    return kept, numbers[keys].astype(np.int64)


def _compact(keys: Ints, size: int) -> tuple[Ints | None, Ints, int]:
    """The distinct keys, each line's place among them, and how many there are.

    Where keys do as places, there is nothing instead of the keys, and all of them count.
    """
    if size <= max(2 * len(keys), _DENSE):
        return None, keys, size
    kept, places = distinct(keys, size)
    return kept, places, len(kept)


def _added(places: Ints, values: Ints, count: int) -> Ints:
    """Whole numbers summed by place."""
    most = max(int(values.max(initial=0)), -int(values.min(initial=0)))
    if not most:
        return np.zeros(count, dtype=np.int64)
    if most * len(values) < _EXACT:
        return np.bincount(places, weights=values, minlength=count).astype(np.int64)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, places, values)
    return total
