"""Sums under their names: what becomes rows of the table `drift`, gathered and made at once."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from pipeline.contract.columns import DRIFT
from pipeline.vocab_watch import Measure
from pipeline.watch.sketch_grid import CELL
from pipeline.watch.sketch_pieces import Ints
from pipeline.watch.sketch_sums import Sums

FIGURES = ("lines", "quantity", "amount")
KEYS = (*CELL, "column", "measure", "value")


class Told:
    """What is told of cells, or of groups of them."""

    def __init__(self, cells: pl.DataFrame) -> None:
        """Begin with nothing.

        Args:
            cells: the columns of `CELL` of each.
        """
        self.cells = cells
        self._sums: list[Sums] = []
        self._at: list[Ints] = []
        self._names: list[tuple[str, str]] = []
        self._values: list[pl.Series] = []

    def add(
        self,
        sums: Sums,
        cells: Ints,
        measure: Measure,
        column: str = "",
        values: pl.Series | None = None,
    ) -> None:
        """Tell of one measure of one column.

        Args:
            sums: of each row.
            cells: the cell of each.
            measure: what is counted.
            column: of what.
            values: of each row; "" where there are none.
        """
        if not len(sums.keys):
            return
        self._sums.append(sums)
        self._at.append(cells)
        self._names.append((column, measure.value))
        none = pl.Series([""]).new_from_index(0, len(cells))
        self._values.append((none if values is None else values).alias("value"))

    def rows(self) -> pl.DataFrame:
        """All of it."""
        if not self._sums:
            return pl.DataFrame(schema={name: DRIFT[name] for name in (*KEYS, *FIGURES)})
        figures = Sums.side_by_side(self._sums).told()
        names = pl.DataFrame(self._names, schema=["column", "measure"], orient="row")
        which = np.repeat(np.arange(len(self._at)), [len(cells) for cells in self._at])
        where = self.cells[np.concatenate(self._at)]
        columns: Iterable[pl.DataFrame] = (
            where,
            names[which],
            pl.concat(self._values).to_frame(),
            figures,
        )
        whole: pl.DataFrame = pl.concat(columns, how="horizontal")
        return whole.select(pl.col(name).cast(DRIFT[name]) for name in (*KEYS, *FIGURES))
