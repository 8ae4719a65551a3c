"""Shares of a service's lines: that say nothing, bear a fault, or say something new."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY
from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.expectation import Series, judge
from pipeline.watch.family import Told, Unit, family
from pipeline.watch.panel import FIGURES, PLACE, panel
from pipeline.watch.period import Period
from pipeline.watch.student import Floats

LEAST_CHANGE = 0.01
"""Of all lines of a service."""
_USUAL_DEVIATION = 0.5
_CELL_COLUMNS = ("territory", "currency")


def nulls(period: Period) -> pl.DataFrame:
    """One test per service and canonical column: the share of its lines that say nothing.

    What a service never said has no test: when it begins to, that is `unseen`.
    """
    asked = [name for name in (*CONTEXT, *IDENTITY, *MONEY) if name != "service"]
    counted = period.rows.filter(measure=Measure.NULL.value)
    tests = _family(Finding.NULLS, counted, ("column", asked), period)
    before = pl.col(PLACE) < period.periods - 1
    lines = pl.col("lines").sum()
    silent = counted.filter(before).group_by("service", "column").agg(lines)
    every = period.rows.filter(before, measure=Measure.ALL.value)
    whole = every.group_by("service").agg(lines.alias("whole"))
    never = silent.join(whole, on="service").filter(pl.col("lines") >= pl.col("whole"))
    return tests.join(never, on=["service", "column"], how="anti", maintain_order="left")


def faults(period: Period) -> pl.DataFrame:
    """One test per service and fault: the share of its lines that bear it."""
    counted = period.rows.filter(measure=Measure.FAULT.value).with_columns(subject="value")
    asked = counted["subject"].unique().sort().to_list()
    return _family(Finding.FAULTS, counted, ("subject", asked), period)


def unseen(period: Period) -> pl.DataFrame:
    """One test per service and column: the share of its lines that say something new."""
    values = vocabulary(period.rows)
    first = pl.col(PLACE).min().over("service", "column", "value")
    begun = pl.col(PLACE).min().over("service", "column")
    fresh = values.filter((pl.col(PLACE) == first) & (first > begun))
    columns = values["column"].unique().sort().to_list()
    return _family(Finding.UNSEEN, fresh, ("column", columns), period, skipped=1)


def vocabulary(rows: pl.DataFrame) -> pl.DataFrame:
    """What columns say: those that sketches count, and those that name their cells."""
    columns = ["service", "column", "value", PLACE, *FIGURES]
    counted = rows.filter(measure=Measure.VALUE.value).select(columns)
    every = rows.filter(measure=Measure.ALL.value)
    cells = [
        every.filter(pl.col(name) != "").select(
            "service", pl.lit(name).alias("column"), pl.col(name).alias("value"), PLACE, *FIGURES
        )
        for name in _CELL_COLUMNS
    ]
    return pl.concat([counted, *cells])


def _family(
    finding: Finding,
    counted: pl.DataFrame,
    asked: tuple[str, Sequence[str]],
    period: Period,
    *,
    skipped: int = 0,
) -> pl.DataFrame:
    """The tests of the share of some lines in all of a service.

    Args:
        finding: what a change is.
        counted: the lines in question, with `service` and the column that is asked about.
        asked: that column, and what is asked of each service.
        period: the one that is judged.
        skipped: periods at the beginning of a service that tell nothing.
    """
    name, values = asked
    whole = panel(period.rows.filter(measure=Measure.ALL.value), ["service"], period.periods)
    known = (whole.lines[:, -1] > 0) & (whole.lines[:, :-1] > 0).any(axis=1)
    services = whole.keys["service"].filter(pl.Series(known)).to_list()
    grid = pl.DataFrame({"service": services}, schema={"service": pl.String}).join(
        pl.DataFrame({name: list(values)}, schema={name: pl.String}), how="cross"
    )
    some = _lines(counted, grid, period.periods)
    of = np.repeat(whole.lines[known], len(values), axis=0)
    told = of > 0
    told[:, :-1] &= np.cumsum(told, axis=1)[:, :-1] > skipped
    odds = np.where(told, _odds(some, of), np.nan)
    before = some[:, :-1].sum(axis=1) / np.maximum(of[:, :-1].sum(axis=1), 1)
    usual = before * of[:, -1]
    # That of independent lines is the least; how they come by the dozen, the months tell.
    noise = 1 / (usual + 1) + 1 / (of[:, -1] - usual + 1)
    size = of[:, :-1].mean(axis=1)
    past = period.since(finding, grid, odds[:, :-1])
    verdict = judge(Series(past, odds[:, -1], noise, size), _USUAL_DEVIATION)
    observed = some[:, -1] / np.maximum(of[:, -1], 1)
    expected = _share(_odds(some, of)[:, -1] - verdict.deviation)
    least = np.abs(_logit(_towards(expected, observed)) - _logit(expected))
    nothing = np.zeros(grid.height)
    told_of = Told(observed, expected, nothing, nothing)
    return family(finding, ("share of lines", Unit.ODDS), grid, verdict, least, told_of)


def _lines(counted: pl.DataFrame, grid: pl.DataFrame, periods: int) -> Floats:
    """Lines by the rows of a grid and period."""
    found = np.zeros((grid.height, periods))
    placed = counted.join(grid.with_row_index("row"), on=grid.columns)
    np.add.at(
        found, (placed["row"].to_numpy(), placed[PLACE].to_numpy()), placed["lines"].to_numpy()
    )
    return found


def _odds(some: Floats, of: Floats) -> Floats:
    """Log-odds of a share, half a line added to either side."""
    found: Floats = np.log((some + 0.5) / (np.maximum(of - some, 0) + 0.5))
    return found


def _logit(share: Floats) -> Floats:
    found: Floats = np.log(share) - np.log1p(-share)
    return found


def _share(odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-odds))


def _towards(expected: Floats, observed: Floats) -> Floats:
    """The expected share and the least change that matters, on the side of what is observed."""
    moved = expected + np.where(observed > expected, LEAST_CHANGE, -LEAST_CHANGE)
    return np.clip(moved, 1e-12, 1 - 1e-12)
