"""How the values of a column are spread, against how they were before, like with like.

What was before is the mix of all earlier periods in each territory and currency, put together as
these weigh now: one that grows, or is gone, does not change how a column of the others is spread.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.contract.columns import CONTEXT
from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.distance import (
    jensen_shannon,
    kolmogorov_smirnov,
    moved,
    moved_far,
    stability,
)
from pipeline.watch.expectation import Series, Verdict, judge
from pipeline.watch.family import Told, Unit, family
from pipeline.watch.panel import PLACE
from pipeline.watch.period import Period
from pipeline.watch.student import Floats

LEAST_CHANGE = 0.03
"""Of the lines: those that would have to say something else for the spread to be as before."""
_USUAL_DEVIATION = 0.7
_TINY = 1e-4
Distance = Callable[[Floats, Floats], Floats]
Apart = Callable[[Floats, Floats], float]
Pick = tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
_NOMINAL: dict[str, Distance] = {"Jensen-Shannon": jensen_shannon, "PSI": stability}
_ORDERED: dict[str, Distance] = {**_NOMINAL, "Kolmogorov-Smirnov": kolmogorov_smirnov}
_KEYS = ("service", "column", "measure")
_STRATUM = ("territory", "currency")


@dataclass(frozen=True)
class Spread:
    """The lines of a column of a service by value and period, now and as they were to be.

    Attributes:
        key: service, column and measure.
        values: what the column says, in order where it has one.
        now: values down, periods across.
        before: what was to be expected of each period by those before it; nothing for the first.
    """

    key: tuple[str, str, str]
    values: list[str]
    now: Floats
    before: Floats


def shapes(period: Period) -> pl.DataFrame:
    """One test per service, column and measure: how far its values are from where they were.

    Each distance is held against what it was between earlier periods and those before them; the
    least likely of the distances counts, less what looking at several gives away.
    """
    found = [one for one in spreads(period) if one.before[:, -1].any()]
    return pl.concat(
        _family([one for one in found if one.key[2] in measures], distances, apart, period)
        for measures, distances, apart in (
            ((Measure.VALUE, Measure.SCRIPT), _NOMINAL, moved),
            ((Measure.LENGTH,), _ORDERED, moved),
            ((Measure.BUCKET,), _ORDERED, moved_far),
        )
    )


def spreads(period: Period) -> Iterator[Spread]:
    """The spread of each column that says more than one thing."""
    context = (pl.col("measure") == Measure.VALUE.value) & pl.col("column").is_in(list(CONTEXT))
    others = [Measure.BUCKET.value, Measure.LENGTH.value, Measure.SCRIPT.value]
    shaped = period.rows.filter(context | pl.col("measure").is_in(others))
    sums = shaped.group_by(*_KEYS, *_STRATUM, "value", PLACE).agg(pl.col("lines").sum())
    for key, group in sums.sort(*_KEYS).group_by(_KEYS, maintain_order=True):
        values = group["value"].unique().to_list()
        if key[2] == Measure.BUCKET:
            values = _without_gaps(values)
        values.sort(key=_order)
        if len(values) > 1:
            service, column, measure = map(str, key)
            named = {"service": service, "column": column, "subject": measure}
            begin = period.begin(Finding.SHAPE, named)
            table = _table(group, values, period.periods)
            table[:, :, :begin] = 0
            yield Spread((service, column, measure), values, *_expected(table, period))


def _without_gaps(values: list[str]) -> list[str]:
    """Buckets, with those between them that have no line."""
    powers = [int(value) for value in values if value.lstrip("-").isdigit()]
    between = range(min(powers), max(powers)) if powers else ()
    return list({*values, *map(str, between)})


def _order(value: str) -> tuple[float, str]:
    """Numbers by their size, as sketches write their buckets; text after them."""
    sign, _, digits = value.rpartition(":")
    if value == "zero":
        return -1e6, value
    try:
        size = float(digits)
    except ValueError:
        return np.inf, value
    return (-2e6 - size if sign else size), value


def _table(group: pl.DataFrame, values: list[str], periods: int) -> Floats:
    """Lines by stratum, value and period."""
    strata = pl.struct(_STRATUM).rank("dense").cast(pl.Int64) - 1
    places = pl.DataFrame({"value": values}).with_row_index("row")
    placed = group.with_columns(stratum=strata).join(places, on="value")
    table = np.zeros((placed["stratum"].to_numpy().max() + 1, len(values), periods))
    at = tuple(placed[name].to_numpy() for name in ("stratum", "row", PLACE))
    table[at] = placed["lines"].to_numpy()
    return table


def _expected(table: Floats, period: Period) -> tuple[Floats, Floats]:
    """What is told of each period, and what was to be by those before it, of strata that have both.

    Args:
        table: lines by stratum, value and period.
        period: the one that is judged.
    """
    before = np.cumsum(table, axis=2) - table
    total = before.sum(axis=1, keepdims=True)
    known = (total > 0) & period.calendar.reported[None, None, :]
    now = np.where(known, table, 0)
    shares = before / np.where(total > 0, total, 1)
    expected = (shares * now.sum(axis=1, keepdims=True)).sum(axis=0)
    return now.sum(axis=0), expected


def _family(
    found: list[Spread], distances: dict[str, Distance], apart: Apart, period: Period
) -> pl.DataFrame:
    """The tests of spreads by some distances."""
    names = list(distances)
    told = [[_told(one, distances[name]) for one in found] for name in names]
    verdicts = [_judged(np.array(one), found, period) for one in told]
    chances = np.array([one.chance for one in verdicts])
    best = chances.argmin(axis=0) if len(found) else np.zeros(0, dtype=int)
    pick = (best, np.arange(len(found)))
    chosen = Verdict(
        expected=_picked(verdicts, "expected", pick),
        deviation=_picked(verdicts, "deviation", pick),
        scale=_picked(verdicts, "scale", pick),
        freedom=_picked(verdicts, "freedom", pick),
        chance=np.minimum(chances[pick] * len(names), 1.0),
    )
    told_far = np.array([apart(one.now[:, -1], one.before[:, -1]) for one in found])
    least = np.where(told_far >= LEAST_CHANGE, 0.0, np.inf)
    observed = np.array([told[which][place][-1] for place, which in enumerate(best)])
    nothing = np.zeros(len(found))
    keys = pl.DataFrame(
        {
            "service": [one.key[0] for one in found],
            "column": [one.key[1] for one in found],
            "subject": [one.key[2] for one in found],
        },
        schema=dict.fromkeys(("service", "column", "subject"), pl.String),
    )
    told_of = Told(observed, observed * np.exp(-chosen.deviation), nothing, nothing)
    tests = family(Finding.SHAPE, ("", Unit.LOG), keys, chosen, least, told_of)
    return tests.with_columns(pl.Series("statistic", [names[which] for which in best], pl.String))


def _picked(verdicts: list[Verdict], name: str, pick: Pick) -> Floats:
    found: Floats = np.array([getattr(one, name) for one in verdicts])[pick]
    return found


def _told(one: Spread, distance: Distance) -> Floats:
    """The distance of each period from those before it; NaN where there is nothing to compare."""
    there = one.now.any(axis=0) & one.before.any(axis=0)
    return np.where(there, distance(one.now.T, one.before.T), np.nan)


def _judged(told: Floats, found: list[Spread], period: Period) -> Verdict:
    """How each distance stands to earlier ones; only one that is larger is a change."""
    told = told.reshape(len(found), period.periods)
    logs = np.log(told + _TINY)
    bins = np.array([max(len(one.values) - 1, 1) for one in found], dtype=np.float64)
    lines = np.array([one.now.sum() / period.periods for one in found])
    noise = 0.5 / bins
    verdict = judge(Series(logs[:, :-1], logs[:, -1], noise, lines), _USUAL_DEVIATION)
    return replace(verdict, chance=np.where(verdict.deviation > 0, verdict.chance, 1.0))
