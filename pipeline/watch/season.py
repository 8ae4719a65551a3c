"""A period against those before it, and against the same one a year ago: both must be surprised."""

from dataclasses import replace

import numpy as np

from pipeline.watch.expectation import Series, Verdict, judge
from pipeline.watch.student import Floats

SEASON = 0.15
"""How far a period may be from others by its season alone (of the logarithm): before a year has
passed nobody can tell a dear December from a change."""


def both(series: Series, a_year: int, default: float) -> Verdict:
    """How each series stands to its level and, where it is a year old, to its season.

    The season is the same period a year ago and the growth since then, as earlier periods grew
    over theirs. What one of the two explains is no change: December is dear each year, and a
    service that grows may be far from last year.

    Args:
        series: one family.
        a_year: periods of a year.
        default: the deviation that is usual where there is no past to tell.
    """
    unknown = 0.0 if series.past.shape[1] >= a_year else SEASON**2
    level = judge(replace(series, noise=np.maximum(series.noise, unknown)), default)
    past = series.past
    if past.shape[1] < a_year:
        return level
    earlier = past[:, a_year:] - past[:, :-a_year]
    # After one year nothing tells its growth but that most grow little.
    earlier = earlier if earlier.shape[1] else np.zeros((len(past), 1))
    grown = Series(
        past=earlier,
        now=series.now - past[:, -a_year],
        noise=2 * series.noise,
        size=series.size,
    )
    season = judge(_without_gaps(grown), default)
    told = ~np.isnan(grown.now) & ~np.isnan(grown.past).all(axis=1)
    agree = np.sign(level.deviation) == np.sign(season.deviation)
    nearer = told & (season.chance > level.chance)
    chance = np.where(told & ~agree, 1.0, np.where(nearer, season.chance, level.chance))
    chosen = [
        np.where(nearer, theirs, ours)
        for ours, theirs in (
            (level.deviation, season.deviation),
            (level.scale, season.scale),
            (level.freedom, season.freedom),
        )
    ]
    deviation: Floats = np.where(told & ~agree, 0.0, chosen[0])
    return Verdict(series.now - deviation, deviation, chosen[1], chosen[2], chance)


def _without_gaps(grown: Series) -> Series:
    """The same with a number for what has no year to compare: it is left out of the verdict."""
    return Series(grown.past, np.nan_to_num(grown.now), grown.noise, grown.size)
