"""Distinct rows of a manifest, numbered: what is judged once and not once a line."""

from collections.abc import Sequence

import polars as pl

HASH = "_hash"
ID = "_id"


def distinct(cells: pl.DataFrame, columns: Sequence[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct rows of some columns and, for each line, which of them it holds.

    Rows are told apart by 64 bits of hash: among a million distinct rows two would collide once
    in 37 million manifests.

    Returns:
        The distinct rows with their `_hash`, in order of first appearance, and one UInt32 place
        among them per line.
    """
    if not columns:
        nothing = pl.DataFrame({HASH: [0]}, schema={HASH: pl.UInt64})
        return nothing, pl.zeros(cells.height, dtype=pl.UInt32, eager=True)
    given = cells.select(columns)
    hashes = given.hash_rows().alias(HASH)
    # By a mask: cells as they were parsed lie in many chunks, from which to gather takes four
    # times as long.
    first = hashes.is_first_distinct()
    rows = given.filter(first).with_columns(hashes.filter(first))
    numbered = rows.select(HASH).with_row_index(ID)
    places = hashes.to_frame().join(numbered, on=HASH, how="left", maintain_order="left")[ID]
    return rows, places


class Registry:
    """The distinct rows of all parts so far, numbered in the order of their first appearance."""

    def __init__(self) -> None:
        """Begin with none."""
        self._frames: list[pl.DataFrame] = []
        self._known = pl.DataFrame(schema={HASH: pl.UInt64, ID: pl.UInt32})

    def numbers(self, rows: pl.DataFrame) -> pl.Series:
        """The number of each of a part's distinct rows, new ones added."""
        new = rows.join(self._known, on=HASH, how="anti", maintain_order="left")
        if new.height:
            # Text that is taken over as it stands keeps all the text of its part in memory.
            self._frames.append(new.with_columns(pl.col(pl.String) + ""))
            fresh = new.select(HASH).with_row_index(ID, offset=self._known.height)
            self._known = pl.concat([self._known, fresh.select(HASH, ID)])
        return rows.join(self._known, on=HASH, how="left", maintain_order="left")[ID]

    @property
    def waiting(self) -> int:
        """Distinct rows that were not drained yet."""
        return sum(frame.height for frame in self._frames)

    def drained(self) -> pl.DataFrame:
        """The distinct rows since the last time, by their numbers."""
        rows = pl.concat(self._frames).drop(HASH) if self._frames else pl.DataFrame()
        self._frames = []
        return rows
