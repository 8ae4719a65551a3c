"""Vocabularies as rows: values with their counts, and what texts are made of."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from pipeline.vocab_watch import Measure
from pipeline.watch.sketch_pieces import Flags, Ints
from pipeline.watch.sketch_sums import Sums
from pipeline.watch.sketch_text import lengths, scripts
from pipeline.watch.sketch_told import Told

VALUES = 1_000
"""Values of a column that are told one by one, in all cells together."""
VALUES_OF_A_CELL = 50
"""How many of them a cell has at least, however many cells there are."""

_NEARLY = 1 - 1e-9
"""What floats may lose of the least weight that is told."""


@dataclass
class Vocabulary:
    """The values of a column, cell by cell.

    Attributes:
        column: its name.
        texts: all its values.
        cells: how many cells there are.
        is_measured: whether lengths and scripts are told too.
    """

    column: str
    texts: pl.Series
    cells: int
    is_measured: bool = False
    _heavy: list[Sums] = field(default_factory=list)
    _whole: list[Sums] = field(default_factory=list)
    _count: Ints = field(init=False)
    _made: dict[Measure, list[Sums]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """No value yet in any cell."""
        self._count = np.zeros(self.cells, dtype=np.int64)

    def add(self, sums: Sums, begin: int, end: int) -> None:
        """Take all values of some cells.

        Args:
            sums: by cell, from `begin` on, times the number of values, and value.
            begin: the first of the cells.
            end: the one after the last.
        """
        width = max(len(self.texts), 1)
        cell, text = np.divmod(sums.keys, width)
        self._count[begin:end] += np.bincount(cell, minlength=end - begin)
        whole = sums.keyed(cell, end - begin)
        self._whole.append(whole.moved(begin))
        heavy = sums.taken(_heavy(sums, cell, self._limit))
        self._heavy.append(heavy.moved(begin * width))
        for measure, (codes, told) in self._properties.items():
            size = len(told)
            own = sums.keyed(cell * size + codes[text], (end - begin) * size)
            self._made.setdefault(measure, []).append(own.moved(begin * size))

    @property
    def _limit(self) -> int:
        """How many values are told one by one in each cell."""
        return max(VALUES // max(self.cells, 1), VALUES_OF_A_CELL)

    @cached_property
    def _properties(self) -> dict[Measure, tuple[Ints, pl.Series]]:
        """What the values are made of: of each its place among the properties, and these."""
        if not self.is_measured or not len(self.texts):
            return {}
        return {
            Measure.LENGTH: coded(lengths(self.texts)),
            Measure.SCRIPT: coded(scripts(self.texts)),
        }

    def tell(self, told: Told) -> None:
        """Tell of the heaviest values of each cell, and of all others together."""
        if not len(self.texts) or not self._heavy:
            return
        heavy = Sums.joined(self._heavy)
        cell, text = np.divmod(heavy.keys, len(self.texts))
        chosen = _heaviest(heavy, cell, self.texts.gather(text), self._limit)
        shown, at = heavy.taken(chosen), cell[chosen]
        told.add(shown, at, Measure.VALUE, self.column, self.texts.gather(text[chosen]))
        rest = Sums.joined([*self._whole, shown.keyed(at, self.cells).negated()])
        rest = rest.taken(np.flatnonzero(rest.lines))
        left = (self._count - np.bincount(at, minlength=self.cells))[rest.keys]
        told.add(rest, rest.keys, Measure.REST, self.column, pl.Series(left).cast(pl.String))
        for measure, sums in self._made.items():
            _, properties = self._properties[measure]
            own = Sums.joined(sums)
            at, code = np.divmod(own.keys, len(properties))
            told.add(own, at, measure, self.column, properties.gather(code))


def coded(column: pl.Series) -> tuple[Ints, pl.Series]:
    """The place of each row's text among the distinct ones, -1 where it is null; and these."""
    texts = column.drop_nulls().unique().sort()
    places = pl.Series(range(len(texts)), dtype=pl.Int64)
    codes = column.replace_strict(texts, places, default=-1, return_dtype=pl.Int64)
    return codes.to_numpy(), texts


def _heavy(sums: Sums, cell: Ints, limit: int) -> Flags:
    """Whether each value may be among the heaviest of its cell: floats cannot tell neighbours."""
    told = np.ones(len(cell), dtype=np.bool_)
    borders = np.searchsorted(cell, np.arange(cell[-1] + 2 if len(cell) else 0))
    weight = sums.weight
    for begin, end in pairwise(borders):
        if end - begin > limit:
            own = weight[begin:end]
            told[begin:end] = own >= np.partition(own, len(own) - limit)[-limit] * _NEARLY
    return told


def _heaviest(sums: Sums, cell: Ints, texts: pl.Series, limit: int) -> Ints:
    """The places of the heaviest values of each cell, by |amount|, lines and text."""
    by_cell = np.bincount(cell)
    if not len(cell) or by_cell.max() <= limit:
        return np.arange(len(cell))
    ranked = (
        sums.told()
        .select(
            pl.col("amount").abs(),
            "lines",
            texts.alias("text"),
            pl.Series("cell", cell),
            pl.Series("place", np.arange(len(cell))),
        )
        .sort("cell", "amount", "lines", "text", descending=[False, True, True, False])
    )
    # In the order of cells, so the rank within each is the place less where the cell begins.
    rank = np.arange(len(cell)) - np.repeat(np.cumsum(by_cell) - by_cell, by_cell)
    return np.sort(ranked["place"].to_numpy()[rank < limit])
