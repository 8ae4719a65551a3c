"""Exact sums by key in numpy: lines, quantity and amount, each decimal in three limbs.

A decimal of 128 bits is cut into limbs of 32, 32 and 64 bits. Each limb of a block of lines is
summed as float64, which is exact below 2^53, and sums of blocks as int64. So nothing is rounded,
whatever the order, at a twentieth of the cost of sums of decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import AMOUNT, DRIFT, QUANTITY

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Limbs = tuple[Floats | None, Floats | None, Floats | None]
"""The limbs of each line, lowest first; None where all are 0."""

BLOCK = 2**17
"""Lines that are summed at once: what lies above 64 bits of an amount is less than 2^36."""

_EXACT = 2.0**53
_DENSE = 2**18
"""Keys that are not renumbered first."""
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Weights:
    """The money of a block's lines.

    Attributes:
        quantity: its limbs; 0 where it is null.
        amount: likewise.
    """

    quantity: Limbs
    amount: Limbs

    def taken(self, chosen: NDArray[np.bool_] | Ints) -> "Weights":
        """Those of some lines."""
        return Weights(_taken(self.quantity, chosen), _taken(self.amount, chosen))

    @property
    def columns(self) -> list[Floats | None]:
        """All limbs, in the order of `Sums.figures`."""
        return [*self.quantity, *self.amount]


@dataclass(frozen=True)
class Sums:
    """Sums by key.

    Attributes:
        keys: distinct, ascending.
        lines: how many lines have the key.
        figures: three limbs of the quantity and three of the amount, one row each.
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
        kept, places = _compact(keys, size)
        count = size if kept is None else len(kept)
        lines = np.bincount(places, minlength=count)
        figures = np.zeros((6, count), dtype=np.int64)
        for row, column in zip(figures, weights.columns, strict=True):
            if column is not None:
                row[:] = np.bincount(places, weights=column, minlength=count)
        if kept is not None:
            return cls(kept, lines, figures)
        there = np.flatnonzero(lines)
        return cls(there, lines[there], figures[:, there])

    @classmethod
    def joined(cls, parts: Sequence["Sums"]) -> "Sums":
        """The sums of several."""
        if len(parts) == 1:
            return parts[0]
        keys = np.concatenate([part.keys for part in parts])
        return cls.grouped(
            keys,
            np.concatenate([part.lines for part in parts]),
            np.concatenate([part.figures for part in parts], axis=1),
        )

    @classmethod
    def grouped(cls, keys: Ints, lines: Ints, figures: Ints) -> "Sums":
        """Sums under new keys, which may be the same for several."""
        if not len(keys):
            return cls(keys, lines, figures)
        order = np.argsort(keys, kind="stable")
        ordered = keys[order]
        begins = np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]]))
        return cls(
            ordered[begins],
            np.add.reduceat(lines[order], begins),
            np.add.reduceat(figures[:, order], begins, axis=1),
        )

    @classmethod
    def nothing(cls) -> "Sums":
        """No sums."""
        none = np.zeros(0, dtype=np.int64)
        return cls(none, none, np.zeros((6, 0), dtype=np.int64))

    def keyed(self, keys: Ints) -> "Sums":
        """The same under new keys; see `grouped`."""
        return Sums.grouped(keys, self.lines, self.figures)

    def taken(self, chosen: NDArray[np.bool_] | Ints) -> "Sums":
        """Some of them."""
        return Sums(self.keys[chosen], self.lines[chosen], self.figures[:, chosen])

    def told(self) -> pl.DataFrame:
        """`lines`, `quantity` and `amount`, in the order of the keys."""
        quantity = _decimals(self.figures[:3], QUANTITY.scale, "quantity")
        amount = _decimals(self.figures[3:], AMOUNT.scale, "amount")
        return pl.DataFrame([pl.Series("lines", self.lines), quantity, amount])


def limbs(column: pl.Series) -> Limbs:
    """The limbs of a block's decimals; null is 0."""
    low, high = words(column)
    first = (low & _LOW).astype(np.float64)
    upper = (low >> _HALF).astype(np.int64)
    # Nearly always what lies above the first limb fits one more.
    if len(high) and np.abs(high).max() < 2**30:
        upper += high << np.int64(32)
        second = upper.astype(np.float64)
        if np.abs(second).max() * len(second) < _EXACT:
            return _some(first), _some(second), None
        upper &= np.int64(_LOW)
    return _some(first), _some(upper.astype(np.float64)), _some(high.astype(np.float64))


def words(column: pl.Series) -> tuple[NDArray[np.uint64], Ints]:
    """The low and the high word of each decimal, unscaled; null is 0."""
    array = (column.fill_null(0) if column.null_count() else column).rechunk().to_arrow()
    # Slices share the buffer of their whole.
    own = np.frombuffer(array.buffers()[1], dtype="<u8")
    pairs = own[2 * array.offset : 2 * (array.offset + len(array))]
    return pairs[0::2].copy(), pairs[1::2].astype(np.int64)


def _some(limb: Floats) -> Floats | None:
    return limb if limb.any() else None


def _taken(limbs_: Limbs, chosen: NDArray[np.bool_] | Ints) -> Limbs:
    first, second, third = (None if limb is None else limb[chosen] for limb in limbs_)
    return first, second, third


def _compact(keys: Ints, size: int) -> tuple[Ints | None, Ints]:
    """The distinct keys and each line's place among them; None where the keys will do."""
    if size <= _DENSE:
        return None, keys
    kept, places = np.unique(keys, return_inverse=True)
    return kept, places


def _decimals(limbs_: Ints, scale: int, name: str) -> pl.Series:
    """Decimals of 38 digits from the sums of their limbs."""
    import pyarrow as pa

    first, second, third = limbs_
    upper = second + (first >> 32)
    pairs = np.empty((len(first), 2), dtype=np.int64)
    pairs[:, 0] = (upper << 32) | (first & np.int64(_LOW))
    pairs[:, 1] = third + (upper >> 32)
    dtype = pa.decimal128(38, scale)
    array = pa.Array.from_buffers(dtype, len(pairs), [None, pa.py_buffer(pairs.tobytes())])
    return pl.Series(name, array).cast(DRIFT[name])
