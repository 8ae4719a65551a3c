"""Decimals of lines, cut into pieces whose sums are exact as floats, and put together again.

The money of most reports has few decimals: then one piece counts their units, such as millionths.
Else a decimal of 128 bits is cut into limbs of 32, 32 and 64 bits; sums are always told in these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import AMOUNT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
Piece = NDArray[Any]
"""Floats, or whole numbers where floats might not add up exactly."""

BLOCK = 2**20
"""Lines that are summed at once: sums of 32 bits stay within `ROOM`."""
LIMBS = 3

ROOM = 2.0**52
"""What may be summed at once, as `Pieces.size` has it."""

EXACT = 2.0**53
LOW = np.int64(0xFFFFFFFF)


_NO_PLACES = np.zeros(0, dtype=np.int64)
_NO_LIMBS = np.zeros((LIMBS, 0), dtype=np.int64)


@dataclass(frozen=True)
class Pieces:
    """The decimals of lines in pieces.

    Attributes:
        pieces: none, one that counts units, or the three limbs; whole numbers where floats might
            not add up exactly.
        unit: what one piece counts, unscaled.
        odd: ascending places of those that the one piece does not hold.
        limbs: of the odd ones.
    """

    pieces: tuple[Piece, ...]
    unit: int
    odd: Ints = field(default_factory=_NO_PLACES.copy)
    limbs: Ints = field(default_factory=_NO_LIMBS.copy)

    @classmethod
    def of_limbs(cls, limbs: Ints) -> "Pieces":
        """Limbs to be summed again."""
        first, second, third = limbs
        # As the limbs of decimals are: the lower two of 32 bits.
        second = second + (first >> 32)
        parts = (first & LOW, second & LOW, third + (second >> 32))
        most = max(int(np.abs(parts[-1]).max(initial=0)), int(LOW))
        is_exact = most * len(first) < EXACT
        return cls(tuple(part.astype(np.float64) if is_exact else part for part in parts), 1)

    @property
    def values(self) -> Floats:
        """About how much each is, unscaled."""
        if len(self.pieces) != 1:
            about = (piece * 2.0 ** (32 * place) for place, piece in enumerate(self.pieces))
            return np.asarray(sum(about), dtype=np.float64)
        values: Floats = self.pieces[0] * float(self.unit)
        if len(self.odd):
            for place, limb in enumerate(self.limbs):
                values[self.odd] += limb * 2.0 ** (32 * place)
        return values

    def summed(self, places: Ints, count: int, there: Ints) -> "Pieces":
        """Their sums by place, for the places that are asked for, as pieces of the same form."""
        pieces = tuple(_summed(places, piece, count, there) for piece in self.pieces)
        kept = tuple(
            sums.astype(piece.dtype) for sums, piece in zip(pieces, self.pieces, strict=True)
        )
        if not len(self.odd):
            return Pieces(kept, self.unit)
        own = np.searchsorted(there, places[self.odd])
        odd, which = np.unique(own, return_inverse=True)
        limbs = np.zeros((LIMBS, len(odd)), dtype=np.int64)
        for limb, more in zip(limbs, self.limbs, strict=True):
            np.add.at(limb, which, more)
        return Pieces(kept, self.unit, odd, limbs)

    @cached_property
    def size(self) -> float:
        """How much of `ROOM` they take."""
        if len(self.pieces) == 1:
            return float(np.abs(self.pieces[0]).sum())
        return 2.0**32 * max((len(piece) for piece in self.pieces), default=0)

    @classmethod
    def joined(cls, parts: Sequence["Pieces"], sizes: Sequence[int]) -> "Pieces":
        """Those of several blocks of lines, cut alike.

        Args:
            parts: of each block.
            sizes: how many lines each has.
        """
        offsets = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        columns = zip(*(part.pieces for part in parts), strict=True)
        return cls(
            tuple(np.concatenate(column) for column in columns),
            parts[0].unit,
            np.concatenate([one.odd + begin for one, begin in zip(parts, offsets, strict=True)]),
            np.concatenate([part.limbs for part in parts], axis=1),
        )

    def sums(self, places: Ints, count: int, there: Ints | None) -> Ints:
        """The limbs of their sums by place.

        Args:
            places: of each.
            count: of all places.
            there: those that are asked for; all where nothing is said.
        """
        total = [_summed(places, piece, count, there) for piece in self.pieces]
        if len(total) == 1:
            limbs = _multiplied(total[0], self.unit)
            return self._with_odd(limbs, places, there)
        size = count if there is None else len(there)
        return np.stack(total) if total else np.zeros((LIMBS, size), dtype=np.int64)

    def _with_odd(self, limbs: Ints, places: Ints, there: Ints | None) -> Ints:
        """Sums with what the one piece does not hold."""
        if len(self.odd):
            own = places[self.odd]
            if there is not None:
                own = np.searchsorted(there, own)
            for limb, more in zip(limbs, self.limbs, strict=True):
                np.add.at(limb, own, more)
        return limbs

    def ordered(self, order: Ints) -> "Pieces":
        """Some of them in another order."""
        pieces = tuple(piece[order] for piece in self.pieces)
        if not len(self.odd):
            return Pieces(pieces, self.unit)
        flags = np.zeros(len(self.pieces[0]), dtype=np.bool_)
        flags[self.odd] = True
        moved = np.flatnonzero(flags[order])
        return Pieces(
            pieces, self.unit, moved, self.limbs[:, np.searchsorted(self.odd, order[moved])]
        )

    def without_pieces(self) -> "Pieces":
        """The same with as many pieces of nothing."""
        pieces = tuple(np.zeros(0) for _ in self.pieces)
        return Pieces(pieces, self.unit, self.odd, self.limbs)

    def between(self, begin: int, end: int, pieces: tuple[Piece, ...]) -> "Pieces":
        """A run of them, whose pieces are given."""
        first, last = np.searchsorted(self.odd, (begin, end))
        odd = self.odd[first:last] - begin
        return Pieces(pieces, self.unit, odd, self.limbs[:, first:last])


NOTHING = Pieces((), 1)
"""Of a column that is null throughout."""


def decimals(limbs: Ints, scale: int) -> pl.Series:
    """Decimals of 38 digits from limbs."""
    import pyarrow as pa

    first, second, third = limbs
    upper = second + (first >> 32)
    pairs = np.empty((len(first), 2), dtype=np.int64)
    pairs[:, 0] = (upper << 32) | (first & LOW)
    pairs[:, 1] = third + (upper >> 32)
    buffers = [None, pa.py_buffer(pairs.tobytes())]
    array = pa.Array.from_buffers(pa.decimal128(AMOUNT.precision, scale), len(pairs), buffers)
    return pl.Series(array)


def _summed(places: Ints, piece: Piece, count: int, there: Ints | None) -> Ints:
    if piece.dtype == np.float64:
        sums = np.bincount(places, weights=piece, minlength=count)
        return (sums if there is None else sums[there]).astype(np.int64)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, places, piece)
    return total if there is None else total[there]


def _multiplied(counts: Ints, unit: int) -> Ints:
    """The limbs of counts of less than 2^53 times a unit of less than 2^60."""
    low, high = counts & LOW, counts >> 32
    unit_low, unit_high = np.int64(unit & int(LOW)), np.int64(unit >> 32)
    lowest = low.astype(np.uint64) * np.uint64(unit_low)
    first = (lowest & np.uint64(LOW)).astype(np.int64)
    second = (lowest >> np.uint64(32)).astype(np.int64) + low * unit_high + high * unit_low
    third = high * unit_high + (second >> 32)
    return np.stack([first, second & LOW, third])
