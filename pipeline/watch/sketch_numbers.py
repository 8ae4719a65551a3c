"""Columns of decimals as numpy has them: words, floats, and pieces whose sums are exact."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.watch.sketch_pieces import BLOCK, EXACT, LOW, ROOM, Flags, Floats, Ints, Pieces

Words = NDArray[np.uint64]

_LARGE = 2.0**44
"""Units of which a few would fill the room of a sum."""
_SAMPLE = 512
"""Lines in which the number of decimals is looked for."""
_FEW = 1 / 64
"""The share of odd ones up to which one piece is worth it."""
_NO_PLACES = np.zeros(0, dtype=np.int64)


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
        first = (self.low & np.uint64(LOW)).astype(np.float64)
        second = (self.low >> np.uint64(32)).astype(np.float64)
        most = max(int(self.high.max(initial=0)), -int(self.high.min(initial=0)))
        third = self.high.astype(np.float64) if most * BLOCK < EXACT else self.high
        return Pieces((first, second, third), 1)


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
