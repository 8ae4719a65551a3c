"""Vocabularies as rows: values with their counts, and what texts are made of."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise

import numpy as np
import polars as pl

from pipeline.vocab_watch import Measure
from pipeline.watch.sketch_pieces import Flags, Floats, Ints
from pipeline.watch.sketch_sums import Sums, distinct
from pipeline.watch.sketch_text import lengths, scripts
from pipeline.watch.sketch_told import Told

VALUES = 1_000
"""Values of a column that are told one by one, in all cells together."""
VALUES_OF_A_CELL = 50
"""How many of them a cell has at least, however many cells there are."""

_DOUBT = 1e-9
"""What the sum of floats may be off, as a share of their sizes together."""


@dataclass(frozen=True)
class Pairs:
    """Sums of some whole cells, by cell and text of a column.

    Attributes:
        sums: under any keys.
        cell: of each, counted from the first of these cells.
        text: of each.
        weight: about the amount of each.
        whole: the sums of each cell, counted likewise.
        cells: which cells they are.
    """

    sums: Sums
    cell: Ints
    text: Ints
    weight: Floats
    whole: Sums
    cells: range

    @classmethod
    def of(cls, sums: Sums, cell: Ints, text: Ints, cells: range) -> "Pairs":
        """Sums whose weights and wholes are not known yet."""
        return cls(sums, cell, text, sums.weight, sums.keyed(cell, len(cells)), cells)

    def saying(self, text: Ints) -> "Pairs":
        """The same by another text; without those that have none, whose text is -1."""
        said = text >= 0
        if said.all():
            return replace(self, text=text)
        sums, cell = self.sums.taken(said), self.cell[said]
        whole = sums.keyed(cell, len(self.cells))
        return Pairs(sums, cell, text[said], self.weight[said], whole, self.cells)


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
    _made: list[Sums] = field(default_factory=list)
    _count: Ints = field(init=False)

    def __post_init__(self) -> None:
        """No value yet in any cell."""
        self._count = np.zeros(self.cells, dtype=np.int64)

    def add(self, pairs: Pairs) -> None:
        """Take all values of some cells."""
        if not len(pairs.text):
            return
        begin, width = pairs.cells.start, len(self.texts)
        keys = pairs.cell * width + pairs.text
        kept, places = distinct(keys, len(pairs.cells) * width)
        weight, doubt = _weighed(places, pairs.weight)
        cell = kept // width
        self._count[pairs.cells] += np.bincount(cell, minlength=len(pairs.cells))
        chosen = np.flatnonzero(_heavy(weight, doubt, cell, self._limit)[places])
        told = pairs.sums.taken(chosen).keyed(keys[chosen], len(pairs.cells) * width)
        self._heavy.append(told.moved(begin * width))
        self._whole.append(pairs.whole.moved(begin))
        if self.is_measured:
            codes, size = self._measured
            made = pairs.sums.keyed(pairs.cell * size + codes[pairs.text], len(pairs.cells) * size)
            self._made.append(made.moved(begin * size))

    @property
    def _limit(self) -> int:
        """How many values are told one by one in each cell."""
        return max(VALUES // max(self.cells, 1), VALUES_OF_A_CELL)

    @cached_property
    def _properties(self) -> dict[Measure, tuple[Ints, pl.Series]]:
        """What the values are made of: of each its place among the properties, and these."""
        return {
            Measure.LENGTH: coded(lengths(self.texts)),
            Measure.SCRIPT: coded(scripts(self.texts)),
        }

    @cached_property
    def _measured(self) -> tuple[Ints, int]:
        """Length and script of each value as one number, and how many such numbers there are."""
        (length, every_length), (script, every_script) = self._properties.values()
        return length * len(every_script) + script, len(every_length) * len(every_script)

    def tell(self, told: Told) -> None:
        """Tell of the heaviest values of each cell, and of all others together."""
        if not self._heavy:
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
        if self.is_measured:
            self._tell_properties(told)

    def _tell_properties(self, told: Told) -> None:
        """Tell of lengths and scripts."""
        made = Sums.joined(self._made)
        cell, number = np.divmod(made.keys, self._measured[1])
        scripts_ = len(self._properties[Measure.SCRIPT][1])
        for measure, code in zip(self._properties, np.divmod(number, scripts_), strict=True):
            properties = self._properties[measure][1]
            own = made.keyed(cell * len(properties) + code, self.cells * len(properties))
            at, what = np.divmod(own.keys, len(properties))
            told.add(own, at, measure, self.column, properties.gather(what))


def coded(column: pl.Series) -> tuple[Ints, pl.Series]:
    """The place of each row's text among the distinct ones, -1 where it is null; and these."""
    texts = column.drop_nulls().unique().sort()
    places = pl.Series(range(len(texts)), dtype=pl.Int64)
    codes = column.replace_strict(texts, places, default=-1, return_dtype=pl.Int64)
    return codes.to_numpy(), texts


def _weighed(places: Ints, weight: Floats) -> tuple[Floats, Floats]:
    """The size of the sum of weights by place, and what it may be off."""
    sums, doubt = np.bincount(places, weight), np.bincount(places, np.abs(weight))
    return np.abs(sums.astype(np.float64)), doubt * np.float64(_DOUBT)


def _heavy(weight: Floats, doubt: Floats, cell: Ints, limit: int) -> Flags:
    """Whether each value may be among the heaviest of its cell."""
    told = np.ones(len(cell), dtype=np.bool_)
    for begin, end in pairwise(np.searchsorted(cell, np.arange(cell[-1] + 2))):
        if end - begin > limit:
            own, off = weight[begin:end], doubt[begin:end]
            least = np.partition(own - off, len(own) - limit)[-limit]
            told[begin:end] = own + off >= least
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
