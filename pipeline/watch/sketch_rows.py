"""A sketch as rows of the table `drift`: what its sums mean of cells, columns and faults."""

from collections.abc import Callable, Iterable
from operator import methodcaller

import numpy as np
import polars as pl

from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY
from pipeline.vocab_watch import Measure
from pipeline.watch.sketch_buckets import names
from pipeline.watch.sketch_grid import CONTEXT_VALUES, Grid
from pipeline.watch.sketch_keys import MONEY_BITS, Counted, kinds
from pipeline.watch.sketch_sums import Counts, Flags, Ints, Sums
from pipeline.watch.sketch_told import Told
from pipeline.watch.sketch_told import rows as told_rows
from pipeline.watch.sketch_values import Codes, Vocabulary, coded

_VOCABULARIES = ("sale_level",)
"""Text of identities whose lengths and scripts say nothing."""


Each = Callable[[Callable[[Vocabulary], None], Iterable[Vocabulary]], Iterable[None]]
"""What calls a function with each of some vocabularies, as `map` does."""


def rows(counted: Counted, pairs: Iterable[Counts], grid: Grid, each: Each = map) -> pl.DataFrame:
    """The rows of a sketch, ordered, in the columns of `DRIFT` but for those of the delivery.

    Args:
        counted: all lines by what they report.
        pairs: all lines by group and identity, some whole groups at a time.
        grid: what they were counted by.
        each: may work on several vocabularies at the same time.
    """
    cells, groups = Told(grid.cells), Told(grid.groups)
    _of_places(counted.places, grid, cells)
    _of_faults(counted, grid, cells)
    _of_money(counted, cells)
    _of_identities(pairs, grid, groups, each)
    return told_rows([cells, groups])


def _of_places(places: Sums, grid: Grid, told: Told) -> None:
    """Totals, nulls of contexts and identities, and the vocabulary of contexts."""
    place, kind = np.divmod(places.keys, kinds(grid))
    cell = grid.cell_of[place]
    whole = places.keyed(cell)
    told.add(whole.rows, whole.keys, Measure.ALL)
    unread = kind == grid.kinds.height
    nulls = {
        **_flags(grid.places["nulls"], tuple(CONTEXT), place, ~unread),
        **_flags(grid.kinds["nulls"], tuple(IDENTITY), np.where(unread, 0, kind), ~unread),
    }
    for column, null in nulls.items():
        sums = places.taken(null).keyed(cell[null])
        told.add(sums.rows, sums.keys, Measure.NULL, column)
    counts = _by_place(places.keyed(place), grid)
    for column, name in CONTEXT_VALUES.items():
        vocabulary = Vocabulary(column, *coded(grid.places[name]), grid.cells.height)
        vocabulary.add(counts)
        vocabulary.tell(told)


def _by_place(places: Sums, grid: Grid) -> Counts:
    """Lines by cell and place; places are in the order of their cells."""
    height = grid.cells.height
    begins = np.searchsorted(grid.cell_of[places.keys], np.arange(height + 1))
    return Counts(range(height), begins, places.keys.astype(np.uint32), places.rows)


def _flags(
    nulls: pl.Series, columns: tuple[str, ...], places: Ints, read: Flags
) -> dict[str, Flags]:
    """Whether each column is null, of lines that were read."""
    sets = nulls.to_numpy()[places]
    return {
        name: ((sets & np.uint64(1 << place)) != 0) & read for place, name in enumerate(columns)
    }


def _of_faults(counted: Counted, grid: Grid, told: Told) -> None:
    """Lines by fault; those of a line's own cells are never those of its identity or context."""
    place, kind = np.divmod(counted.places.keys, kinds(grid))
    of_kinds = np.append(grid.kinds["sets"].to_numpy(), np.uint32(0))
    sets = grid.places["sets"].to_numpy()[place] | of_kinds[kind]
    cell = grid.cell_of[place]
    own_sets, own_cell = np.divmod(counted.own.keys, grid.cells.height)
    own_sets >>= MONEY_BITS
    for bit, fault in enumerate(grid.faults):
        flag, own = (sets >> np.uint32(bit)) & 1 != 0, (own_sets >> bit) & 1 != 0
        if flag.any() or own.any():
            found = [
                counted.places.taken(flag).keyed(cell[flag]),
                counted.own.taken(own).keyed(own_cell[own]),
            ]
            sums = Sums.joined(found)
            named = pl.Series([fault]).new_from_index(0, len(sums.keys))
            told.add(sums.rows, sums.keys, Measure.FAULT, "faults", named)


def _of_money(counted: Counted, told: Told) -> None:
    """Nulls and sizes of numbers."""
    height = told.cells.height
    own, own_cell = np.divmod(counted.own.keys, height)
    for bit, column in enumerate(MONEY):
        null = (own >> bit) & 1 != 0
        sums = counted.own.taken(null).keyed(own_cell[null])
        told.add(sums.rows, sums.keys, Measure.NULL, column)
    for column, sums in counted.buckets.items():
        code, cell = np.divmod(sums.keys, height)
        told.add(sums.rows, cell, Measure.BUCKET, column, names(code))


def _of_identities(pairs: Iterable[Counts], grid: Grid, told: Told, each: Each) -> None:
    """Values, lengths and scripts of identities, by group."""
    vocabularies = [
        Vocabulary(
            column,
            *_words(grid, column),
            told.cells.height,
            is_measured=column in grid.words and column not in _VOCABULARIES,
        )
        for column in IDENTITY
    ]
    for counts in pairs:
        for _ in each(methodcaller("add", counts), vocabularies):
            pass
    for vocabulary in vocabularies:
        vocabulary.tell(told)


def _words(grid: Grid, column: str) -> tuple[Codes, pl.Series]:
    """The code of each identity's value, and the values as text; years of dates."""
    if column in grid.words:
        return grid.words[column]
    values = grid.identities[column]
    return coded((values.dt.year() if values.dtype == pl.Date else values).cast(pl.String))
