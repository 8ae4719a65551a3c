"""Decimals of lines, cut into pieces whose sums are exact as floats, and put together again.

The money of most reports has few decimals: then one piece counts their units, such as millionths.
Else a decimal of 128 bits is cut into limbs of 32, 32 and 64 bits; sums are always told in these.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import AMOUNT

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]

BLOCK = 2**20
"""Lines that are summed at once: sums of 32 bits stay within `ROOM`."""
LIMBS = 3

ROOM = 2.0**52
"""What may be summed at once, as `Pieces.size` has it."""

_EXACT = 2.0**53
_LARGE = 2.0**44
_LOW = np.int64(0xFFFFFFFF)
_SAMPLE = 512
"""Lines in which the number of decimals is looked for."""
_NO_PLACES = np.zeros(0, dtype=np.int64)
_FEW = 1 / 64
"""The share of odd ones up to which one piece is worth it."""


@dataclass(frozen=True)
class Numbers:
    """A column of decimals.

    Attributes:
        low: the low word of each, unscaled; 0 where it is null.
        high: the high word.
        values: the nearest float or its neighbour.
        missing: the places of those that are null.
        scale: decimals of the type.
    """

    low: Words
    high: Ints
    values: Floats
    missing: Ints
    scale: int

    @classmethod
    def of(cls, column: pl.Series) -> "Numbers":
        """The numbers of a column."""
        missing = np.zeros(0, dtype=np.int64)
        if column.null_count():
            missing = column.is_null().arg_true().to_numpy().astype(np.int64)
            column = column.fill_null(0)
        array = column.rechunk().to_arrow()
        # Slices share the buffer of their whole.
        words = np.frombuffer(array.buffers()[1], dtype="<u8")
        pairs = words[2 * array.offset : 2 * (array.offset + len(array))]
        low, high = pairs[0::2].copy(), pairs[1::2].astype(np.int64)
        scale = array.type.scale
        return cls(low, high, _floats(low, high, scale), missing, scale)

    def pieces(self) -> "Pieces":
        """They cut for sums."""
        sample = self.taken(slice(0, _SAMPLE))
        for places in range(0, self.scale + 1, 2):
            # A few odd ones, among them what is no price at all, decide nothing.
            odd = np.count_nonzero(sample.odd(sample.counts(places), places))
            if odd <= len(sample.low) * _FEW:
                return self.units(places)
        return self.limbs()

    def taken(self, chosen: Ints | slice) -> "Numbers":
        """Some of them, for their pieces."""
        return Numbers(
            self.low[chosen], self.high[chosen], self.values[chosen], _NO_PLACES, self.scale
        )

    def counts(self, places: int) -> Floats:
        """How many units of so many decimals each is, to the nearest."""
        return np.rint(self.values * 10.0**places)

    def odd(self, counts: Floats, places: int) -> Flags:
        """Which are not what they count to, or count to so much that a few would fill a sum."""
        # Equal in the low word is equal: they differ by far less than the high word counts.
        unit = np.int64(10 ** (self.scale - places))
        if not len(counts) or max(counts.max(), -counts.min()) <= _LARGE:
            odd: Flags = counts.astype(np.int64) * unit != self.low.view(np.int64)
            return odd
        large = np.abs(counts) > _LARGE
        small = np.where(large, 0.0, counts).astype(np.int64)
        odd = small * unit != self.low.view(np.int64)
        odd |= large
        return odd

    def units(self, places: int) -> "Pieces":
        """One piece and the limbs of those that it does not hold; else all in limbs."""
        counts = self.counts(places)
        odd = np.flatnonzero(self.odd(counts, places))
        counts[odd] = 0
        if len(odd) > len(counts) * _FEW or np.abs(counts).sum() > ROOM:
            return self.limbs()
        limbs = np.stack([piece.astype(np.int64) for piece in self.taken(odd).limbs().pieces])
        return Pieces((counts,), 10 ** (self.scale - places), odd, limbs)

    def limbs(self) -> "Pieces":
        """Three pieces, whatever the numbers."""
        first = (self.low & np.uint64(_LOW)).astype(np.float64)
        second = (self.low >> np.uint64(32)).astype(np.float64)
        most = max(int(self.high.max(initial=0)), -int(self.high.min(initial=0)))
        third = self.high.astype(np.float64) if most * BLOCK < _EXACT else self.high
        return Pieces((first, second, third), 1)


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

    pieces: tuple[Floats | Ints, ...]
    unit: int
    odd: Ints = field(default_factory=_NO_PLACES.copy)
    limbs: Ints = field(default_factory=_NO_LIMBS.copy)

    @property
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

    def between(self, begin: int, end: int, pieces: tuple[Floats | Ints, ...]) -> "Pieces":
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
    pairs[:, 0] = (upper << 32) | (first & _LOW)
    pairs[:, 1] = third + (upper >> 32)
    buffers = [None, pa.py_buffer(pairs.tobytes())]
    array = pa.Array.from_buffers(pa.decimal128(AMOUNT.precision, scale), len(pairs), buffers)
    return pl.Series(array)


def _floats(low: Words, high: Ints, scale: int) -> Floats:
    values = low.astype(np.float64)
    if high.any():
        values += high.astype(np.float64) * 2.0**64
        # Of the two's complement, so that small negative numbers keep their digits.
        negative = np.flatnonzero(high < 0)
        own = ~low[negative] + np.uint64(1)
        above = ~high[negative] + (own == 0)
        values[negative] = -(own.astype(np.float64) + above.astype(np.float64) * 2.0**64)
    values /= 10.0**scale
    return values


def _summed(places: Ints, piece: Floats | Ints, count: int, there: Ints | None) -> Ints:
    if piece.dtype == np.float64:
        sums = np.bincount(places, weights=piece, minlength=count)
        return (sums if there is None else sums[there]).astype(np.int64)
    total = np.zeros(count, dtype=np.int64)
    np.add.at(total, places, piece)
    return total if there is None else total[there]


def _multiplied(counts: Ints, unit: int) -> Ints:
    """The limbs of counts of less than 2^53 times a unit of less than 2^60."""
    low, high = counts & _LOW, counts >> 32
    unit_low, unit_high = np.int64(unit & int(_LOW)), np.int64(unit >> 32)
    lowest = low.astype(np.uint64) * np.uint64(unit_low)
    first = (lowest & np.uint64(_LOW)).astype(np.int64)
    second = (lowest >> np.uint64(32)).astype(np.int64) + low * unit_high + high * unit_low
    third = high * unit_high + (second >> 32)
    return np.stack([first, second & _LOW, third])
