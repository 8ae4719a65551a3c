"""How told lengths changed: by rounding, in another unit, by some seconds, or to coarser steps."""

import polars as pl

from pipeline.vocab_watch import Change
from pipeline.watch.metadata.templates import REST, WHOLE

ROUNDING_S = 2
"""Seconds by which two senders round one length apart."""
_UNITS = (60, 1000, 60_000)
"""How often one unit of time goes into another: seconds, minutes, milliseconds."""
_STEPS_S = (60, 30, 10)


def judged(pairs: pl.DataFrame) -> pl.DataFrame:
    """The changes of lengths with kind, place and terms, as `changes.judged` has them.

    Args:
        pairs: `before` and `after`, seconds as text.
    """
    before, after = (pl.col(name).cast(pl.Int64) for name in ("before", "after"))
    more = after - before
    unit = pl.coalesce(_in_unit(before, after, unit) for unit in _UNITS)
    step = pl.coalesce(_stepped(before, after, step) for step in _STEPS_S)
    shift = pl.when(more > 0).then(pl.format("+{} s", more)).otherwise(pl.format("−{} s", -more))
    rounded = more.abs() <= ROUNDING_S
    told = pairs.with_columns(
        kind=pl.when(rounded)
        .then(pl.lit(Change.ROUNDED.value))
        .when(unit.is_not_null())
        .then(pl.lit(Change.SCALED.value))
        .otherwise(pl.lit(Change.SHIFTED.value)),
        place=pl.lit(WHOLE),
    )
    terms = (
        pl.coalesce(unit, shift),
        pl.coalesce(unit, step, shift),
        pl.coalesce(unit, pl.lit(REST)),
    )
    return told.with_columns(
        pl.when(rounded).then(pl.lit("")).otherwise(term).alias(f"added_{level}")
        for level, term in enumerate(terms, 1)
    ).with_columns(pl.lit("").alias(f"removed_{level}") for level in (1, 2, 3))


def _in_unit(before: pl.Expr, after: pl.Expr, unit: int) -> pl.Expr:
    """How the length is told in another unit; null where it is not."""
    longer = (before > 0) & ((after - before * unit).abs() <= unit)
    shorter = (after > 0) & ((before - after * unit).abs() <= unit)
    return pl.when(longer).then(pl.lit(f"×{unit}")).when(shorter).then(pl.lit(f"÷{unit}"))


def _stepped(before: pl.Expr, after: pl.Expr, step: int) -> pl.Expr:
    """To which whole steps the length was rounded; null where it was not to these."""
    rounded = (after % step == 0) & (before % step != 0) & ((after - before).abs() < step)
    return pl.when(rounded).then(pl.lit(f"{step} s"))
