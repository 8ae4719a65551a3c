"""Sums of a sketch laid out as a table: one row per cell, one column per period."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.watch.student import Floats

FIGURES = ("lines", "quantity", "amount")
PLACE = "place"
"""The number of a row's period, the earliest 0; the last is the one that is judged."""


@dataclass(frozen=True)
class Panel:
    """Sums by cell and period, as floats: they tell what is usual, never what is paid.

    Attributes:
        keys: one row per cell, in order.
        lines: cells down, periods across; 0 where a cell says nothing.
        quantity: the same in units.
        amount: the same in money.
    """

    keys: pl.DataFrame
    lines: Floats
    quantity: Floats
    amount: Floats

    @property
    def begun(self) -> Floats:
        """1 from the first period on in which a cell says something, else 0."""
        return np.minimum(np.cumsum(self.lines, axis=1), 1.0)


def panel(rows: pl.DataFrame, keys: Sequence[str], periods: int) -> Panel:
    """The sums of rows by some columns and period.

    Args:
        rows: with `place`, the figures and the key columns.
        keys: at least one column.
        periods: how many there are.
    """
    sums = rows.group_by(*keys, PLACE).agg(pl.col(name).sum().cast(pl.Float64) for name in FIGURES)
    cells = sums.select(keys).unique().sort(keys).with_row_index("cell")
    placed = sums.join(cells, on=list(keys), nulls_equal=True)
    at = (placed["cell"].to_numpy(), placed[PLACE].to_numpy())
    tables = []
    for name in FIGURES:
        table = np.zeros((cells.height, periods))
        table[at] = placed[name].fill_null(0).to_numpy()
        tables.append(table)
    return Panel(cells.drop("cell"), *tables)
