"""Drifts that are planted into a source's months."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
import polars as pl

FREE = 0.0009 / 0.0042
"""The price of a free unit, in premium ones."""
_NEW = 30
"""The newest titles."""


class Kind(StrEnum):
    """What may be planted."""

    PRICE = "price"
    """A service pays `by` more for a unit; less where negative."""
    NULLS = "nulls"
    """A share `by` of a service's lines with an ISRC loses it."""
    VANISHED = "vanished"
    """A territory of a service reports nothing."""
    UNITS = "units"
    """A service has `by` more units."""
    TITLE = "title"
    """The heaviest title of a service that is not new reports nothing."""
    USAGE = "usage"
    """A share `by` of a service's premium lines turns to free, and is paid as such."""


@dataclass(frozen=True)
class Plant:
    """One drift, from a month on; `service` and `territory` are places in their lists."""

    kind: Kind
    month: int
    service: int
    by: float = 0.0
    territory: int = 0


def planted(lines: pl.DataFrame, plant: Plant, draws: npt.NDArray[np.float64]) -> pl.DataFrame:
    """The lines of a month with a drift.

    Args:
        lines: service, territory, usage and title as numbers, `quantity`, `price`, and whether
            they are `bare` of an ISRC.
        plant: the drift.
        draws: one number in [0, 1) a line.
    """
    mine = pl.col("service") == plant.service
    drawn = pl.Series("draw", draws) < plant.by
    return _PLANTED[plant.kind](lines, plant, mine, mine & pl.lit(drawn))


def _priced(lines: pl.DataFrame, plant: Plant, mine: pl.Expr, _: pl.Expr) -> pl.DataFrame:
    dearer = pl.col("price") * (1 + plant.by)
    return lines.with_columns(price=pl.when(mine).then(dearer).otherwise("price"))


def _bared(lines: pl.DataFrame, _: Plant, __: pl.Expr, chosen: pl.Expr) -> pl.DataFrame:
    return lines.with_columns(bare=pl.col("bare") | chosen)


def _vanished(lines: pl.DataFrame, plant: Plant, mine: pl.Expr, _: pl.Expr) -> pl.DataFrame:
    return lines.filter(~(mine & (pl.col("territory") == plant.territory)))


def _untitled(lines: pl.DataFrame, _: Plant, mine: pl.Expr, __: pl.Expr) -> pl.DataFrame:
    money = (pl.col("quantity") * pl.col("price")).sum()
    known = pl.col("title") < pl.col("title").max() - _NEW
    sums = (
        lines.filter(mine & known)
        .group_by("title")
        .agg(money.alias("money"))
        .sort("money", "title")
    )
    return lines.filter(~(mine & (pl.col("title") == sums["title"][-1])))


def _multiplied(lines: pl.DataFrame, plant: Plant, mine: pl.Expr, _: pl.Expr) -> pl.DataFrame:
    more = (pl.col("quantity") * (1 + plant.by)).round().clip(1)
    return lines.with_columns(quantity=pl.when(mine).then(more).otherwise("quantity"))


def _turned(lines: pl.DataFrame, _: Plant, __: pl.Expr, chosen: pl.Expr) -> pl.DataFrame:
    free = chosen & (pl.col("usage") == 0)
    return lines.with_columns(
        usage=pl.when(free).then(1).otherwise("usage").cast(pl.Int64),
        price=pl.when(free).then(pl.col("price") * FREE).otherwise("price"),
    )


_PLANTED: dict[Kind, Callable[[pl.DataFrame, Plant, pl.Expr, pl.Expr], pl.DataFrame]] = {
    Kind.PRICE: _priced,
    Kind.NULLS: _bared,
    Kind.VANISHED: _vanished,
    Kind.UNITS: _multiplied,
    Kind.TITLE: _untitled,
    Kind.USAGE: _turned,
}
