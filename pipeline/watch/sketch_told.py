"""Sums under their names: what becomes rows of the table `drift`, gathered and made at once."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from pipeline.contract.columns import DRIFT
from pipeline.vocab_watch import Measure
from pipeline.watch.sketch_grid import CELL, placed
from pipeline.watch.sketch_sums import FIGURES, SUMMED, Ints, Words, told

NAMES = ("column", "measure")
KEYS = (*CELL, *NAMES, "value")
"""What rows are ordered by."""


class Told:
    """What is told of cells, or of groups of them."""

    def __init__(self, cells: pl.DataFrame) -> None:
        """Begin with nothing.

        Args:
            cells: the columns of `CELL` of each.
        """
        self.cells = cells
        self.figures = [np.zeros((0, SUMMED), dtype=np.uint64)]
        self.at = [np.zeros(0, dtype=np.int64)]
        self.names = [("", "")]
        self.values = [pl.Series("value", [], dtype=pl.String)]

    def add(
        self,
        figures: Words,
        cells: Ints,
        measure: Measure,
        column: str = "",
        values: pl.Series | None = None,
    ) -> None:
        """Tell of one measure of one column.

        Args:
            figures: the sums of each row.
            cells: the cell of each.
            measure: what is counted.
            column: of what.
            values: of each row; "" where there are none.
        """
        self.figures.append(figures[:, :SUMMED])
        self.at.append(cells)
        self.names.append((column, measure.value))
        none = pl.Series([""]).new_from_index(0, len(cells))
        self.values.append((none if values is None else values).alias("value"))


def rows(tolds: Sequence[Told]) -> pl.DataFrame:
    """All that is told, ordered, in the columns of `DRIFT` but for those of the delivery."""
    cells = pl.concat([one.cells for one in tolds]).unique().sort(CELL)
    at = [placed(one.cells, cells, "cell").gather(np.concatenate(one.at)) for one in tolds]
    names = [name for one in tolds for name in one.names]
    every = sorted(set(names))
    place_of = {name: place for place, name in enumerate(every)}
    heights = [len(figures) for one in tolds for figures in one.figures]
    # Numbers and one text are put in order at a third of the cost of six texts.
    keys = pl.DataFrame(
        [
            pl.concat(at),
            pl.Series("name", np.repeat([place_of[name] for name in names], heights)),
            pl.concat([values for one in tolds for values in one.values]),
        ]
    )
    order = keys.with_row_index("row").sort(keys.columns)
    figures = np.concatenate([figures for one in tolds for figures in one.figures])
    columns: Sequence[pl.DataFrame] = (
        cells[order["cell"]],
        pl.DataFrame(every, schema=NAMES, orient="row")[order["name"]],
        order.select("value"),
        told(figures[order["row"]]),
    )
    whole: pl.DataFrame = pl.concat(columns, how="horizontal")
    return whole.select(pl.col(name).cast(DRIFT[name]) for name in (*KEYS, *FIGURES))
