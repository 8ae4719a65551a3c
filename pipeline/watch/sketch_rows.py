"""A sketch as rows of the table `drift`: what its sums mean of cells, columns and faults."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY
from pipeline.vocab_watch import Measure
from pipeline.watch.sketch import MONEY_BITS, OWN_BITS, Sketch
from pipeline.watch.sketch_buckets import CODES, names
from pipeline.watch.sketch_grid import CONTEXT_VALUES, Grid
from pipeline.watch.sketch_pieces import Flags, Ints
from pipeline.watch.sketch_sums import Sums
from pipeline.watch.sketch_told import KEYS, Told
from pipeline.watch.sketch_values import Pairs, Vocabulary, coded

_VOCABULARIES = ("sale_level",)
"""Text of identities whose lengths and scripts say nothing."""


def rows(sketch: Sketch, pairs: Iterable[Sums], grid: Grid) -> pl.DataFrame:
    """The rows of a sketch, ordered, in the columns of `DRIFT` but for those of the delivery.

    Args:
        sketch: of all lines.
        pairs: its lines by group and identity, some whole groups at a time.
        grid: what it was taken by.
    """
    cells, groups = Told(grid.cells), Told(grid.groups)
    _of_places(sketch, grid, cells)
    _of_faults(sketch, grid, cells)
    _of_money(sketch, cells)
    _of_identities(pairs, grid, groups)
    return pl.concat([cells.rows(), groups.rows()]).sort(KEYS)


def _of_places(sketch: Sketch, grid: Grid, told: Told) -> None:
    """Totals, nulls of contexts and identities, and the vocabulary of contexts."""
    height = grid.cells.height
    place, kind = np.divmod(sketch.places.keys, grid.kinds.height + 1)
    cell = grid.cell_of[place]
    whole = sketch.places.keyed(cell, height)
    told.add(whole, whole.keys, Measure.ALL)
    unread = kind == grid.kinds.height
    nulls = {
        **_flags(grid.places["nulls"], tuple(CONTEXT), place, ~unread),
        **_flags(grid.kinds["nulls"], tuple(IDENTITY), np.where(unread, 0, kind), ~unread),
    }
    for column, null in nulls.items():
        sums = sketch.places.taken(null).keyed(cell[null], height)
        told.add(sums, sums.keys, Measure.NULL, column)
    for column, name in CONTEXT_VALUES.items():
        codes, texts = coded(grid.places[name])
        said = codes[place] >= 0
        vocabulary = Vocabulary(column, texts, height)
        own = sketch.places.taken(said)
        vocabulary.add(Pairs.of(own, cell[said], codes[place][said], range(height)))
        vocabulary.tell(told)


def _flags(
    nulls: pl.Series, columns: tuple[str, ...], places: Ints, read: Flags
) -> dict[str, Flags]:
    """Whether each column is null, of lines that were read."""
    sets = nulls.to_numpy()[places]
    return {
        name: ((sets & np.uint64(1 << place)) != 0) & read for place, name in enumerate(columns)
    }


def _of_faults(sketch: Sketch, grid: Grid, told: Told) -> None:
    """Lines by fault; those of a line's own cells are never those of its identity or context."""
    height = grid.cells.height
    place, kind = np.divmod(sketch.places.keys, grid.kinds.height + 1)
    of_kinds = np.append(grid.kinds["sets"].to_numpy(), np.uint32(0))
    sets = grid.places["sets"].to_numpy()[place] | of_kinds[kind]
    cell = grid.cell_of[place]
    own_cell, own_sets = sketch.own.keys >> OWN_BITS, sketch.own.keys >> MONEY_BITS
    for bit, fault in enumerate(grid.faults):
        flag, own = (sets >> np.uint32(bit)) & 1 != 0, (own_sets >> bit) & 1 != 0
        if flag.any() or own.any():
            found = [
                sketch.places.taken(flag).keyed(cell[flag], height),
                sketch.own.taken(own).keyed(own_cell[own], height),
            ]
            sums = Sums.joined(found)
            named = pl.Series([fault]).new_from_index(0, len(sums.keys))
            told.add(sums, sums.keys, Measure.FAULT, "faults", named)


def _of_money(sketch: Sketch, told: Told) -> None:
    """Nulls and sizes of numbers."""
    for bit, column in enumerate(MONEY):
        null = (sketch.own.keys >> bit) & 1 != 0
        cell = sketch.own.keys[null] >> OWN_BITS
        sums = sketch.own.taken(null).keyed(cell, told.cells.height)
        told.add(sums, sums.keys, Measure.NULL, column)
    for column, sums in sketch.buckets.items():
        cell, code = np.divmod(sums.keys, CODES)
        told.add(sums, cell, Measure.BUCKET, column, names(code))


def _of_identities(pairs: Iterable[Sums], grid: Grid, told: Told) -> None:
    """Values, lengths and scripts of identities, by group."""
    height = told.cells.height
    words = {column: _words(grid, column) for column in IDENTITY}
    vocabularies = {
        column: Vocabulary(
            column, texts, height, is_measured=column in grid.words and column not in _VOCABULARIES
        )
        for column, (_, texts) in words.items()
    }
    for sums in pairs:
        group, identity = np.divmod(sums.keys, max(len(grid.kind_of), 1))
        groups = range(int(group[0]), int(group[-1]) + 1) if len(group) else range(0)
        own = Pairs.of(sums, group - groups.start, identity, groups)
        for column, (codes, _) in words.items():
            vocabularies[column].add(own.saying(codes[identity]))
    for vocabulary in vocabularies.values():
        vocabulary.tell(told)


def _words(grid: Grid, column: str) -> tuple[Ints, pl.Series]:
    """The code of each identity's value, and the values as text; years of dates."""
    if column in grid.words:
        codes, texts = grid.words[column]
        return codes.astype(np.int64), texts
    values = grid.identities[column]
    return coded((values.dt.year() if values.dtype == pl.Date else values).cast(pl.String))
