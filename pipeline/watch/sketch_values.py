"""Vocabularies as rows: values with their counts, and what texts are made of."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.vocab_watch import Measure
from pipeline.watch.sketch_sums import Counts, Ints, Table, Words
from pipeline.watch.sketch_text import LENGTHS, SCRIPTS, lengths, scripts
from pipeline.watch.sketch_told import Told

Codes = NDArray[np.int32]

VALUES = 1_000
"""Values of a column that are told one by one, in all cells together."""
VALUES_OF_A_CELL = 50
"""How many of them a cell has at least, however many cells there are."""
_AT_ONCE = 2**16
"""Texts that are looked at together: what they are made of is text itself for a while."""
_NO_RANKS = np.zeros(1, dtype=np.int32)


class _Heavy(NamedTuple):
    """The heaviest values of some cells.

    Attributes:
        cells: which they are.
        shown: how many values each has here.
        texts: these values, cell by cell.
        figures: their sums.
        left: how many other values each cell has.
        rest: the sums of those.
    """

    cells: Ints
    shown: Ints
    texts: Codes
    figures: Words
    left: Ints
    rest: Words


@dataclass
class Vocabulary:
    """The values of a column, cell by cell.

    Attributes:
        column: its name.
        codes: of each number of what lines have, its text; -1 where it has none.
        texts: all its values.
        cells: how many cells there are.
        is_measured: whether lengths and scripts are told too.
    """

    column: str
    codes: Codes
    texts: pl.Series
    cells: int
    is_measured: bool = False
    _heavy: list[_Heavy] = field(default_factory=list)
    _made: Table = field(default_factory=Table)
    _ranks: Codes = field(default_factory=_NO_RANKS.copy)

    def add(self, counts: Counts) -> None:
        """Take all values of some cells."""
        from pipeline.watch.kernel_pairs import count_texts, sum_texts

        if not len(self.texts):
            return
        ends = np.zeros_like(counts.begins)
        slots = np.full(len(self.texts), -1, dtype=np.int32)
        texts = np.empty(len(counts.numbers), dtype=np.int32)
        sums = np.empty_like(counts.figures)
        rows = (counts.begins, counts.numbers, counts.figures)
        sum_texts(*rows, self.codes, slots, ends, texts, sums)
        self._heavy.append(self._heaviest(counts.cells, ends, texts, sums))
        if self.is_measured:
            size = len(LENGTHS) * len(SCRIPTS)
            self._made.reserve(min(int(ends[-1]), len(counts.cells) * size))
            made = (self._made.rows, self._made.used)
            count_texts(ends, texts, sums, self._measured, counts.cells.start, size, *made)

    def _heaviest(self, cells: range, ends: Ints, texts: Codes, sums: Words) -> _Heavy:
        from pipeline.watch.kernel_pairs import heaviest

        shown = np.minimum(np.diff(ends), self._limit)
        chosen = np.empty(shown.sum(), dtype=np.int64)
        rest = np.zeros((len(cells), sums.shape[1]), dtype=np.uint64)
        heap = np.empty((self._limit, 5), dtype=np.uint64)
        while heaviest(ends, texts, sums, self._ranks, heap, chosen, rest) < 0:
            self._ranks, rest[:] = _ranks(self.texts), 0
        left = np.diff(ends) - shown
        at = np.arange(cells.start, cells.stop)
        return _Heavy(at, shown, texts[chosen], sums[chosen], left, rest)

    @property
    def _limit(self) -> int:
        """How many values are told one by one in each cell."""
        return max(VALUES // max(self.cells, 1), VALUES_OF_A_CELL)

    @cached_property
    def _measured(self) -> NDArray[np.uint16]:
        """Length and script of each value as one number."""
        runs = (self.texts[at : at + _AT_ONCE] for at in range(0, len(self.texts), _AT_ONCE))
        measured = [
            _places(lengths(some), LENGTHS) * len(SCRIPTS) + _places(scripts(some), SCRIPTS)
            for some in runs
        ]
        return np.concatenate(measured).astype(np.uint16)

    def tell(self, told: Told) -> None:
        """Tell of the heaviest values of each cell, and of all others together."""
        if self._heavy:
            heavy = _Heavy(*map(np.concatenate, zip(*self._heavy, strict=True)))
            at, values = np.repeat(heavy.cells, heavy.shown), self.texts.gather(heavy.texts)
            told.add(heavy.figures, at, Measure.VALUE, self.column, values)
            some = np.flatnonzero(heavy.left)
            left = pl.Series(heavy.left[some]).cast(pl.String)
            told.add(heavy.rest[some], heavy.cells[some], Measure.REST, self.column, left)
        if self.is_measured:
            self._tell_properties(told)

    def _tell_properties(self, told: Told) -> None:
        """Tell of lengths and scripts."""
        made = self._made.sums()
        cell, number = np.divmod(made.keys, len(LENGTHS) * len(SCRIPTS))
        length, script = np.divmod(number, len(SCRIPTS))
        properties = ((Measure.LENGTH, length, LENGTHS), (Measure.SCRIPT, script, SCRIPTS))
        for measure, codes, every in properties:
            own = made.keyed(cell * len(every) + codes)
            at, what = np.divmod(own.keys, len(every))
            told.add(own.rows, at, measure, self.column, pl.Series(every).gather(what))


def coded(column: pl.Series) -> tuple[Codes, pl.Series]:
    """The place of each row's text among the distinct ones, -1 where it is null; and these."""
    texts = column.drop_nulls().unique().sort()
    places = pl.Series(range(len(texts)), dtype=pl.Int32)
    codes = column.replace_strict(texts, places, default=-1, return_dtype=pl.Int32)
    return codes.to_numpy(), texts


def _places(texts: pl.Series, every: Sequence[str]) -> Ints:
    """The place of each text among all that there may be."""
    places = pl.Series(range(len(every)), dtype=pl.Int64)
    return texts.replace_strict(pl.Series(every), places).to_numpy()


def _ranks(texts: pl.Series) -> Codes:
    """The place of each text in their order."""
    ranks = np.empty(len(texts), dtype=np.int32)
    ranks[texts.arg_sort().to_numpy()] = np.arange(len(texts), dtype=np.int32)
    return ranks
