"""A sketch as rows of the table `drift`: what its sums mean of columns, values and faults."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import CONTEXT, DRIFT, IDENTITY, MONEY
from pipeline.vocab_watch import Measure
from pipeline.watch.sketch import MONEY_BITS, OWN_BITS, Sketch
from pipeline.watch.sketch_buckets import CODES, names
from pipeline.watch.sketch_grid import CELL, CONTEXT_VALUES, Grid
from pipeline.watch.sketch_sums import Ints, Sums
from pipeline.watch.sketch_text import lengths, scripts

VALUES = 1_000
"""Values of a column that are told one by one, in all cells together."""
VALUES_OF_A_CELL = 50
"""How many of them a cell has at least, however many cells there are."""

_TOLD = [name for name in DRIFT if name not in ("manifest", "accounting_period", "source")]
_KEYS = _TOLD[:-3]
_UNMEASURED = ("sale_level",)
"""Text that is a vocabulary, whose lengths and scripts say nothing."""


def rows(sketch: Sketch, grid: Grid) -> pl.DataFrame:
    """The rows of a sketch, ordered, in the columns of `DRIFT` but for those of the delivery."""
    found = [
        *_of_places(sketch, grid),
        *_of_faults(sketch, grid),
        *_of_money(sketch, grid),
        *_of_identities(sketch, grid),
    ]
    whole = pl.concat([pl.DataFrame(schema={name: DRIFT[name] for name in _TOLD}), *found])
    return whole.sort(_KEYS)


@dataclass(frozen=True)
class _Cells:
    """What rows are told of: cells, or groups of them."""

    frame: pl.DataFrame

    def told(
        self,
        sums: Sums,
        cells: Ints,
        measure: Measure,
        column: str = "",
        value: pl.Series | None = None,
    ) -> pl.DataFrame:
        """Rows of one measure and column."""
        where = self.frame.select(CELL)[cells]
        said = pl.lit("") if value is None else pl.Series("value", value)
        return where.hstack(sums.told()).select(
            *CELL,
            column=pl.lit(column),
            measure=pl.lit(measure.value),
            value=said,
            lines="lines",
            quantity="quantity",
            amount="amount",
        )


def _of_places(sketch: Sketch, grid: Grid) -> Iterator[pl.DataFrame]:
    """Totals, nulls of contexts and identities, and the vocabulary of contexts."""
    cells = _Cells(grid.cells)
    place, kind = np.divmod(sketch.places.keys, grid.kinds.height + 1)
    cell = grid.cell_of[place]
    whole = sketch.places.keyed(cell)
    yield cells.told(whole, whole.keys, Measure.ALL)
    unread = kind == grid.kinds.height
    nulls = {
        **_flags(grid.places["nulls"], tuple(CONTEXT), place, unread),
        **_flags(grid.kinds["nulls"], tuple(IDENTITY), np.where(unread, 0, kind), unread),
    }
    for column, null in nulls.items():
        sums = sketch.places.taken(null).keyed(cell[null])
        yield cells.told(sums, sums.keys, Measure.NULL, column)
    for column, name in CONTEXT_VALUES.items():
        codes, texts = _coded(grid.places[name])
        said = codes[place] >= 0
        keys = cell[said] * len(texts) + codes[place][said]
        yield from _vocabulary(sketch.places.taken(said).keyed(keys), texts, cells, column)


def _flags(
    nulls: pl.Series, columns: tuple[str, ...], places: Ints, unread: NDArray[np.bool_]
) -> dict[str, NDArray[np.bool_]]:
    """Whether each column is null, of lines that were read."""
    sets = nulls.to_numpy()[places]
    return {
        name: ((sets & np.uint64(1 << place)) != 0) & ~unread for place, name in enumerate(columns)
    }


def _of_faults(sketch: Sketch, grid: Grid) -> Iterator[pl.DataFrame]:
    """Lines by fault; those of a line's own cells are never those of its identity or context."""
    place, kind = np.divmod(sketch.places.keys, grid.kinds.height + 1)
    of_kinds = np.append(grid.kinds["sets"].to_numpy(), np.uint32(0))
    sets = grid.places["sets"].to_numpy()[place] | of_kinds[kind]
    cell = grid.cell_of[place]
    own_cell, own_sets = sketch.own.keys >> OWN_BITS, sketch.own.keys >> MONEY_BITS
    for bit, fault in enumerate(grid.faults):
        flag, own_flag = (sets >> np.uint32(bit)) & 1 != 0, (own_sets >> bit) & 1 != 0
        if flag.any() or own_flag.any():
            sums = Sums.joined(
                [
                    sketch.places.taken(flag).keyed(cell[flag]),
                    sketch.own.taken(own_flag).keyed(own_cell[own_flag]),
                ]
            )
            named = pl.Series([fault]).new_from_index(0, len(sums.keys))
            yield _Cells(grid.cells).told(sums, sums.keys, Measure.FAULT, "faults", named)


def _of_money(sketch: Sketch, grid: Grid) -> Iterator[pl.DataFrame]:
    """Nulls and sizes of numbers."""
    cells = _Cells(grid.cells)
    for bit, column in enumerate(MONEY):
        null = (sketch.own.keys >> bit) & 1 != 0
        sums = sketch.own.taken(null).keyed(sketch.own.keys[null] >> OWN_BITS)
        yield cells.told(sums, sums.keys, Measure.NULL, column)
    for column, sums in sketch.buckets.items():
        cell, code = np.divmod(sums.keys, CODES)
        yield cells.told(sums, cell, Measure.BUCKET, column, names(code))


def _of_identities(sketch: Sketch, grid: Grid) -> Iterator[pl.DataFrame]:
    """Values, lengths and scripts of identities, by group."""
    cells = _Cells(grid.groups)
    group, identity = np.divmod(sketch.pairs.keys, max(len(grid.kind_of), 1))
    for column in IDENTITY:
        codes, texts = _words(grid, column)
        own = codes[identity]
        said = own >= 0
        sums = sketch.pairs.taken(said).keyed(group[said] * len(texts) + own[said])
        yield from _vocabulary(sums, texts, cells, column)
        if column in grid.words and column not in _UNMEASURED:
            yield _properties(sums, texts, lengths(texts), cells, (Measure.LENGTH, column))
            yield _properties(sums, texts, scripts(texts), cells, (Measure.SCRIPT, column))


def _words(grid: Grid, column: str) -> tuple[Ints, pl.Series]:
    """The code of each identity's value, and the values as text; years of dates."""
    if column in grid.words:
        codes, texts = grid.words[column]
        return codes.astype(np.int64), texts
    values = grid.identities[column]
    return _coded((values.dt.year() if values.dtype == pl.Date else values).cast(pl.String))


def _coded(column: pl.Series) -> tuple[Ints, pl.Series]:
    """The place of each row's text among the distinct ones, -1 where it is null; and these."""
    texts = column.drop_nulls().unique().sort()
    places = pl.Series(range(len(texts)), dtype=pl.Int64)
    codes = column.replace_strict(texts, places, default=-1, return_dtype=pl.Int64)
    return codes.to_numpy(), texts


def _properties(
    sums: Sums,
    texts: pl.Series,
    properties: pl.Series,
    cells: _Cells,
    named: tuple[Measure, str],
) -> pl.DataFrame:
    """Rows by what texts are, from sums by cell and text."""
    codes, told = _coded(properties)
    cell, text = np.divmod(sums.keys, max(len(texts), 1))
    own = sums.keyed(cell * len(told) + codes[text])
    cell, code = np.divmod(own.keys, max(len(told), 1))
    measure, column = named
    return cells.told(own, cell, measure, column, told.gather(code))


def _vocabulary(sums: Sums, texts: pl.Series, cells: _Cells, column: str) -> Iterator[pl.DataFrame]:
    """Rows of the heaviest values of each cell, and of how many others it has."""
    if not len(sums.keys):
        return
    cell, code = np.divmod(sums.keys, len(texts))
    told = _heaviest(
        sums, cell, texts.gather(code), max(VALUES // cells.frame.height, VALUES_OF_A_CELL)
    )
    yield cells.told(sums.taken(told), cell[told], Measure.VALUE, column, texts.gather(code[told]))
    if not told.all():
        others, count = cell[~told], np.bincount(cell[~told])
        rest = sums.taken(~told).keyed(others)
        said = pl.Series(count[rest.keys]).cast(pl.String)
        yield cells.told(rest, rest.keys, Measure.REST, column, said)


def _heaviest(sums: Sums, cell: Ints, texts: pl.Series, limit: int) -> NDArray[np.bool_]:
    """Whether each value is among the heaviest of its cell, by |amount|, lines and text."""
    if len(cell) == 0 or np.bincount(cell).max() <= limit:
        return np.ones(len(cell), dtype=np.bool_)
    ranked = (
        sums.told()
        .select(pl.col("amount").abs(), "lines", pl.Series("cell", cell), pl.Series("text", texts))
        .with_row_index("place")
        .sort("cell", "amount", "lines", "text", descending=[False, True, True, False])
        .group_by("cell", maintain_order=True)
        .head(limit)
    )
    told = np.zeros(len(cell), dtype=np.bool_)
    told[ranked["place"].to_numpy()] = True
    return told
