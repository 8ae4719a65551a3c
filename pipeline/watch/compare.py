"""This period of a source against its own past: every question asked of every cell at once."""

import numpy as np
import polars as pl

from pipeline.watch.discovery import FALSE_SHARE, allowed, weights
from pipeline.watch.period import Period
from pipeline.watch.price import prices
from pipeline.watch.shapes import shapes
from pipeline.watch.shares import faults, nulls, unseen
from pipeline.watch.student import critical
from pipeline.watch.titles import titles
from pipeline.watch.totals import totals


def tested(period: Period, *, whole: bool) -> pl.DataFrame:
    """All tests of a period; see `family`, and `weight`.

    Args:
        period: the one that is judged.
        whole: whether all of the period's reports are in: if not, nothing is told of its totals.
    """
    families = [*prices(period), *(totals(period) if whole else [])]
    families += [titles(period)] if whole else []
    families += [question(period) for question in (nulls, faults, unseen, shapes)]
    weight = weights([one.height for one in families])
    return pl.concat(families).with_columns(weight=pl.Series(weight, dtype=pl.Float64))


def changed(tests: pl.DataFrame, causes: int) -> pl.DataFrame:
    """The tests with `changed`: whether they are findings where so many causes are told.

    `limit` is the size of deviation that each of these passed, null for the others; `q_value` the
    share of false ones among causes as unlikely.
    """
    weight = tests["weight"].to_numpy()
    chance = pl.Series("allowed", allowed(weight, causes), dtype=pl.Float64)
    large = (pl.col("deviation").abs() >= pl.col("least")) & (pl.col("deviation") != 0)
    told = tests.with_columns(chance).with_columns(
        changed=(pl.col("chance") <= pl.col("allowed")) & large,
        q_value=pl.col("chance") / pl.col("allowed") * FALSE_SHARE,
    )
    chosen = told.filter("changed")
    at, freedom, scale, least = (
        chosen[name].to_numpy() for name in ("allowed", "freedom", "scale", "least")
    )
    limit = pl.Series("limit", np.maximum(critical(at, freedom) * scale, least), pl.Float64)
    others = told.filter(~pl.col("changed"))
    return pl.concat([chosen.with_columns(limit), others], how="diagonal").drop("allowed")
