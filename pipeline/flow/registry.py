"""Distinct rows of a manifest, numbered: what is judged once and not once a line."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.flow.kinds import UNKNOWN, Keys, Kinds, Numbers

HASH = "_hash"
ID = "_id"

_STALE = 16
"""One kind in so many may be new to whoever reads a part: to copy them all costs more."""


@dataclass(frozen=True)
class Distinct:
    """The kinds of rows that the lines of a part hold.

    Attributes:
        rows: the text of those that were not known yet, once for all that say the same, with
            their `_hash`, in order of first appearance.
        places: of each that was not known, its row.
        new: which they are, ascending.
        keys: of all kinds, by which they are known in other parts; None where they are not.
    """

    rows: pl.DataFrame
    places: Numbers
    new: NDArray[np.int64]
    keys: Keys | None = None


NOTHING = Distinct(pl.DataFrame(), np.empty(0, dtype=np.uint32), np.empty(0, dtype=np.int64))
"""What is left of a part once its rows have been numbered."""


def distinct(cells: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, Numbers]:
    """The distinct rows of some columns and, for each line, which of them it holds.

    Rows are told apart by 64 bits of hash: among a million distinct rows two would collide once
    in 37 million manifests.

    Returns:
        The distinct rows with their `_hash`, in order of first appearance, and the place among
        them of each line's.
    """
    if not columns:
        nothing = pl.DataFrame({HASH: [0]}, schema={HASH: pl.UInt64})
        return nothing, np.zeros(cells.height, dtype=np.uint32)
    given = cells.select(columns)
    hashes = given.hash_rows().alias(HASH)
    # By a mask: cells as they were parsed lie in many chunks, from which to gather takes four
    # times as long.
    first = hashes.is_first_distinct()
    rows = given.filter(first).with_columns(hashes.filter(first))
    numbered = rows.select(HASH).with_row_index(ID)
    places = hashes.to_frame().join(numbered, on=HASH, how="left", maintain_order="left")[ID]
    return rows, places.to_numpy()


class Registry:
    """The distinct rows of all parts so far, numbered in the order of their first appearance.

    Attributes:
        seen: the kinds that were known a while ago, for those who read further parts.
    """

    def __init__(self) -> None:
        """Begin with none."""
        self._frames: list[pl.DataFrame] = []
        self._texts = Kinds()
        self._kinds = Kinds()
        self.seen = self._kinds.copy()

    def numbers(self, found: Distinct) -> Numbers:
        """The number of each of a part's kinds, new ones added."""
        own = self._numbered(found.rows)[found.places]
        if found.keys is None:
            return own
        numbers = self._kinds.find(found.keys)
        numbers[found.new] = own
        self._kinds.add(found.keys[found.new], own)
        if _STALE * (self._kinds.count - self.seen.count) > self.seen.count:
            self.seen = self._kinds.copy()
        return numbers

    def _numbered(self, rows: pl.DataFrame) -> Numbers:
        """The number of each row, new ones added."""
        hashes = rows[HASH].to_numpy() if rows.width else np.empty(0, dtype=np.uint64)
        keys = np.stack([hashes, np.zeros_like(hashes)], axis=1)
        numbers = self._texts.find(keys)
        new = np.flatnonzero(numbers == UNKNOWN)
        if len(new):
            # Text that is taken over as it stands keeps all the text of its part in memory.
            self._frames.append(rows[new].with_columns(pl.col(pl.String) + ""))
            first = self._texts.count
            numbers[new] = np.arange(first, first + len(new), dtype=np.uint32)
            self._texts.add(keys[new], numbers[new])
        return numbers

    @property
    def waiting(self) -> int:
        """Distinct rows that were not drained yet."""
        return sum(frame.height for frame in self._frames)

    def drained(self) -> pl.DataFrame:
        """The distinct rows since the last time, by their numbers."""
        rows = pl.concat(self._frames).drop(HASH) if self._frames else pl.DataFrame()
        self._frames = []
        return rows
