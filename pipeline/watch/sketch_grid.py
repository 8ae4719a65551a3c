"""What lines are counted by: the cells of a delivery, and the properties of its distinct rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import territories
from pipeline.contract.columns import CONTEXT, IDENTITY

CELL = ("service", "territory", "month", "currency")
GROUP = ("service", "currency")
CONTEXT_VALUES = {
    "usage": "usage",
    "line_type": "line_type",
    "right_type": "right_type",
    "rights_controller": "rights_controller",
    "territory": "nowhere",
}
"""Columns of contexts whose vocabulary is told, and where places keep them.

A territory that is none makes no cell of its own, for there is no end to them: it is a value.
"""
_DATES = ("activity_start", "period_start", "activity_end", "period_end")
_PLACE = (*CELL, *CONTEXT_VALUES.values(), "nulls", "sets")

Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]
Words = Mapping[str, tuple[NDArray[np.int32], pl.Series]]
"""Columns of text: of each row the place of its text, -1 where it is null, and the texts."""


@dataclass(frozen=True)
class Grid:
    """The cells of a delivery, and what its distinct contexts and identities are to them.

    Contexts that are the same to a sketch are one place, identities that are are one kind. Lines
    whose cells were not read have places of their own, one for each currency, and a kind.

    Attributes:
        cells: `service`, `territory`, `month` and `currency` of each cell, ordered.
        groups: `service` and `currency` of each group, as cells, ordered.
        places: of each place `cell`, `group`, those of `CONTEXT_VALUES`, `nulls` and `sets`.
        kinds: of each kind `nulls` and `sets`.
        place_of: the place of each context.
        unread_of: the place that a line of each context has where its cells were not read.
        kind_of: the kind of each identity.
        identities: their columns that are numbers or dates.
        words: their columns that are text.
        faults: the fault of each bit of `sets`.
    """

    cells: pl.DataFrame
    groups: pl.DataFrame
    places: pl.DataFrame
    kinds: pl.DataFrame
    place_of: Numbers
    unread_of: Numbers
    kind_of: Numbers
    identities: pl.DataFrame
    words: Words
    faults: Sequence[str]

    @classmethod
    def of(
        cls,
        contexts: pl.DataFrame,
        identities: pl.DataFrame,
        words: Words,
        faults: Sequence[str],
    ) -> "Grid":
        """The grid of a delivery.

        Args:
            contexts: its typed contexts by their numbers, with `sets` of their faults.
            identities: its typed identities, likewise.
            words: the text of the identities.
            faults: the fault of each bit of the sets.
        """
        of_contexts = _placed(contexts)
        unread = _unread(of_contexts)
        rows = pl.concat([of_contexts, unread]).unique().sort(_PLACE)
        cells = rows.select(CELL).unique().sort(CELL)
        groups = rows.select(GROUP).unique().sort(GROUP)
        flagged = identities.select(_nulls(tuple(IDENTITY)), "sets")
        kinds = flagged.unique().sort("nulls", "sets")
        return cls(
            cells,
            groups.select("service", territory=pl.lit(""), month=pl.lit(""), currency="currency"),
            rows.with_columns(placed(rows, cells, "cell"), placed(rows, groups, "group")),
            kinds,
            placed(of_contexts, rows, "place").to_numpy(),
            placed(unread, rows, "place").to_numpy(),
            placed(flagged, kinds, "kind").to_numpy(),
            identities.select("release_date", "duration_s"),
            words,
            faults,
        )

    @cached_property
    def cell_of(self) -> Ints:
        """The cell of each place."""
        return self.places["cell"].cast(pl.Int64).to_numpy()

    @cached_property
    def group_of(self) -> Ints:
        """The group of each place."""
        return self.places["group"].cast(pl.Int64).to_numpy()


UNREAD = np.uint64(1) << np.uint64(63)
"""Stands among the nulls of a place whose lines were not read: nothing more is told of them."""


def _placed(contexts: pl.DataFrame) -> pl.DataFrame:
    """What a sketch takes of each context."""
    month = pl.coalesce(_DATES).dt.strftime("%Y-%m")
    known = territories.territory(pl.col("territory"))
    return contexts.select(
        pl.col("service").fill_null(""),
        known.fill_null("").alias("territory"),
        month.fill_null("").alias("month"),
        pl.col("currency").fill_null(""),
        "usage",
        "line_type",
        "right_type",
        "rights_controller",
        pl.when(known.is_null()).then("territory").alias("nowhere"),
        _nulls(tuple(CONTEXT)),
        pl.col("sets").cast(pl.UInt32),
    )


def _unread(placed: pl.DataFrame) -> pl.DataFrame:
    """The places of lines that were not read, which have a currency at the most."""
    empty = {name: pl.lit("") for name in CELL if name != "currency"}
    nothing = {name: pl.lit(None, dtype=pl.String) for name in CONTEXT_VALUES.values()}
    return placed.with_columns(
        **empty,
        **nothing,
        nulls=pl.lit(int(UNREAD), dtype=pl.UInt64),
        sets=pl.lit(0, dtype=pl.UInt32),
    )


def _nulls(columns: tuple[str, ...]) -> pl.Expr:
    """The columns that are null in each row, as bits in their order."""
    bits = [
        pl.col(name).is_null().cast(pl.UInt64) * pl.lit(1 << place, dtype=pl.UInt64)
        for place, name in enumerate(columns)
    ]
    return pl.sum_horizontal(bits).cast(pl.UInt64).alias("nulls")


def placed(rows: pl.DataFrame, distinct: pl.DataFrame, name: str) -> pl.Series:
    """The place of each row among distinct ones."""
    numbered = distinct.with_row_index(name)
    keys = distinct.columns
    return rows.join(numbered, on=keys, how="left", nulls_equal=True, maintain_order="left")[name]
