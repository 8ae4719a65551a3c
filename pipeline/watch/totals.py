"""Money and units: of the source, its services, their territories and their heaviest titles."""

from dataclasses import replace

import numpy as np
import polars as pl

from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.expectation import Series
from pipeline.watch.family import Told, Unit, family
from pipeline.watch.panel import Panel, panel
from pipeline.watch.period import Period
from pipeline.watch.season import both
from pipeline.watch.student import Floats

CELLS = (("currency",), ("service", "currency"), ("service", "territory", "currency"))
"""The coarsest first; each lies in the one before."""
_USUAL_DEVIATION = 0.3
LEAST_CHANGE = 0.05
"""Of money or units of a cell. Less is a month like another to whoever reads it."""
_PHI = 2.0
"""Lines do not come one by one: as many as a title has cells come and go together."""


def totals(period: Period) -> list[pl.DataFrame]:
    """The tests of money and of units, one family per kind of cell and figure.

    Args:
        period: the one that is judged.
    """
    every = period.rows.filter(measure=Measure.ALL.value)
    found = []
    for keys in CELLS:
        sums = panel(every, keys, period.periods)
        if keys == CELLS[0] and every["service"].n_unique() == 1:
            # The service says it already.
            continue
        for finding, figure in ((Finding.MONEY, sums.amount), (Finding.VOLUME, sums.quantity)):
            found.append(_family(finding, sums, figure, period))
    return found


def _family(finding: Finding, sums: Panel, figure: Floats, period: Period) -> pl.DataFrame:
    """The tests of one figure, of cells that have a past and are usually paid."""
    usually = figure[:, :-1].sum(axis=1) > 0
    keys = sums.keys.filter(pl.Series(usually))
    lines, figure = sums.lines[usually], figure[usually]
    least = half_a_line(figure, lines)
    series = logarithms(figure, lines, least, period)
    series = replace(series, past=period.since(finding, keys, series.past))
    verdict = both(series, period.calendar.a_year, _USUAL_DEVIATION)
    actual = figure[:, -1]
    usual = np.maximum(np.exp(np.log(np.maximum(actual, 0) + least) - verdict.deviation) - least, 0)
    return family(
        finding,
        (finding.value, Unit.LOG),
        keys,
        verdict,
        np.full(len(actual), np.log1p(LEAST_CHANGE)),
        Told(observed=actual, expected=usual, actual=actual, usual=usual),
    )


def half_a_line(figure: Floats, lines: Floats) -> Floats:
    """Half of what a line of each cell usually has: what nothing is taken for."""
    mean = np.abs(figure[:, :-1]).sum(axis=1) / np.maximum(lines[:, :-1].sum(axis=1), 1)
    found: Floats = mean / 2
    return found


def logarithms(figure: Floats, lines: Floats, least: Floats, period: Period) -> Series:
    """The logarithms of a figure by cell, from the first period on in which the cell is there."""
    begun = np.cumsum(lines, axis=1) > 0
    told = begun & period.calendar.reported[None, :]
    values = np.where(told, np.log(np.maximum(figure, 0) + least[:, None]), np.nan)
    size = lines[:, :-1].sum(axis=1) / np.maximum(told[:, :-1].sum(axis=1), 1)
    return Series(values[:, :-1], values[:, -1], _PHI / (size + 1), size)
