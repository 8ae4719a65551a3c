"""What was to be expected of many series at once, from their own past, and how unlikely they are.

A series is forecast by an average of its past that forgets as fast, or a straight line if that,
as predicted it and its family best.
Its scale is that of its own one-step errors, drawn towards what series of its size in the family
have, as far as those are alike (moderated t: Smyth 2004; the trend by size: Sartor et al. 2006).
So a short history borrows from the family, and one of a single period from a default that is wide
on purpose. Tails heavier than t's are taken from the past itself: months are drawn again with
replacement, all series of a month together, and t is stretched to what they show.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from pipeline.watch.student import Floats, critical, two_sided

_FORGETTING = (0.0, 0.2, 0.5, 1.0)
"""0 is the mean of all, 1 the last alone."""
_LINE = 4
"""Periods that a straight line needs."""
_FAMILY = 8
"""Errors of its own that weigh as much as its family's, when a series is forecast."""
_DEFAULT_FREEDOM = 4.0
_TELLING = 12.0
"""Errors of a family of few series beyond which the default says nothing any more."""
_FREEDOM = (2.0, 50.0)
_OWN, _FEW, _ENOUGH = 3, 4, 8
"""Errors that give a series a scale of its own; series that give one to their family, and that
show how it goes with size."""
_DRAWS = 200
_SEED = 20_260_901
_TAIL = 0.05
_FACTORS = np.arange(1.0, 4.0, 0.02)
_LEAST_RESIDUALS = 20
_TINY = 1e-9


@dataclass(frozen=True)
class Series:
    """Many series of one kind, one row each, in one unit (mostly a logarithm).

    Attributes:
        past: the earlier periods, the latest last; NaN where a series had not begun.
        now: the period that is judged.
        noise: the least variance that a period has for its few lines.
        size: lines of a usual period.
    """

    past: Floats
    now: Floats
    noise: Floats
    size: Floats


@dataclass(frozen=True)
class Verdict:
    """How each series of a family stands to its past.

    Attributes:
        expected: the forecast.
        deviation: now less that.
        scale: the size of a usual deviation, stretched for heavy tails.
        freedom: degrees of freedom of its t.
        chance: of a deviation at least as large where nothing has changed; 1 without a past.
    """

    expected: Floats
    deviation: Floats
    scale: Floats
    freedom: Floats
    chance: Floats

    def limit(self, chance: Floats) -> Floats:
        """The deviation that is exceeded with a chance."""
        return critical(chance, self.freedom) * self.scale


def judge(series: Series, default: float) -> Verdict:
    """How each series stands to its past.

    Args:
        series: one family.
        default: the deviation that is usual where there is no past to tell.
    """
    errors, expected, young = _forecast(series.past)
    known = ~np.isnan(errors)
    own_freedom = known.sum(axis=1).astype(np.float64)
    squares = np.where(known, errors, 0.0) ** 2
    own = squares.sum(axis=1) / np.maximum(own_freedom, 1)
    prior, alike = _prior(own, own_freedom, series.size, default)
    # Cells of a month are not independent; months are.
    prior_freedom = min(alike, max(2 * float(known.any(axis=0).sum()), _DEFAULT_FREEDOM))
    freedom = prior_freedom + own_freedom
    variance = (prior_freedom * prior + own_freedom * own) / freedom
    floor = np.maximum(series.noise, _TINY)
    variance = np.maximum(variance, floor)
    # What each period's deviation was, had it been the one that is judged.
    without = (freedom[:, None] * variance[:, None] - squares) / np.maximum(freedom - 1, 1)[:, None]
    residuals = errors / np.sqrt(np.maximum(without, floor[:, None]))
    scale = young * np.sqrt(variance) * _stretch(residuals, freedom - 1)
    deviation = np.where(np.isnan(expected), 0.0, series.now - expected)
    chance = two_sided(deviation / scale, freedom)
    return Verdict(
        np.where(np.isnan(expected), series.now, expected), deviation, scale, freedom, chance
    )


def _forecast(past: Floats) -> tuple[Floats, Floats, Floats]:
    """One-step errors of all periods, the forecast of the next, and by how much it is less sure.

    As predicted the series and its family best.
    """
    tried = [_smoothed(past, forgetting) for forgetting in _FORGETTING] + [_lined(past)]
    known = ~np.isnan(tried[0][0])
    count = known.sum(axis=1)
    sizes = np.array([np.where(known, np.abs(errors), 0).sum(axis=1) for errors, _, _ in tried])
    reference = sizes[0] / np.maximum(count, 1)
    usable = reference > _TINY
    if not usable.any():
        return tried[0]
    costs = np.where(usable, sizes / np.where(usable, reference, 1), 0)
    family = costs[:, usable].sum(axis=1) / count[usable].sum()
    # A series of its own mind, such as a price that creeps, may go its own way if it is long.
    best = (costs + _FAMILY * family[:, None]).argmin(axis=0)
    errors, level, young = (np.array([one[place] for one in tried]) for place in range(3))
    rows = np.arange(len(past))
    return errors[best, rows], level[best, rows], young[best, rows]


def _young(seen: Floats, forgetting: float) -> Floats:
    """By how much the forecast of a series of few periods errs more than that of many."""
    lasting = 1 + forgetting / (2 - forgetting)
    found: Floats = np.sqrt(np.maximum((1 + 1 / np.maximum(seen, 1)) / lasting, 1))
    return found


def _smoothed(past: Floats, forgetting: float) -> tuple[Floats, Floats, Floats]:
    """As `_forecast`; errors are NaN for the first period of a series, and as those of many."""
    rows, periods = past.shape
    level, seen = np.full(rows, np.nan), np.zeros(rows)
    errors = np.full((rows, periods), np.nan)
    for period in range(periods):
        value = past[:, period]
        there = ~np.isnan(value)
        error = value - level
        errors[:, period] = error / _young(seen, forgetting)
        seen += there
        step = forgetting or 1 / np.maximum(seen, 1)
        moved = np.where(np.isnan(level), value, level + step * error)
        level = np.where(there, moved, level)
    return errors, level, _young(seen, forgetting)


def _lined(past: Floats) -> tuple[Floats, Floats, Floats]:
    """As `_forecast`, by a straight line through all that was before; a price may creep."""
    rows, periods = past.shape
    # Of places and values: how many, their sums, and the sums of their squares and products.
    count, x, xx, y, xy = np.zeros((5, rows))
    errors = np.full((rows, periods), np.nan)
    expected, young = np.full(rows, np.nan), np.ones(rows)
    for period in range(periods + 1):
        spread = count * xx - x**2
        is_line = count >= _LINE
        slope = np.where(is_line, (count * xy - x * y) / np.where(is_line, spread, 1), 0)
        some = np.maximum(count, 1)
        expected = np.where(count > 0, y / some + slope * (period - x / some), np.nan)
        distance = (period - x / some) ** 2 * count / np.where(is_line, spread, np.inf)
        young = np.sqrt(1 + 1 / some + distance)
        if period == periods:
            break
        value = past[:, period]
        there = ~np.isnan(value)
        errors[:, period] = (value - expected) / young
        known = np.where(there, value, 0)
        count, x, xx = count + there, x + there * period, xx + there * period**2
        y, xy = y + known, xy + known * period
    return errors, expected, young


def _prior(own: Floats, freedom: Floats, size: Floats, default: float) -> tuple[Floats, float]:
    """The variance that series of each size have in the family, and how alike they are in it."""
    usable = (freedom >= _OWN) & (own > _TINY)
    if usable.sum() < _FEW:
        count = float(freedom.sum())
        # The default fades as the few series that there are tell more themselves.
        weight = _DEFAULT_FREEDOM * max(1 - count / _TELLING, 0)
        pooled = (weight * default**2 + (own * freedom).sum()) / (weight + count)
        return np.full(len(own), pooled), max(weight, 1.0)
    degrees = freedom[usable]
    # The mean of the logarithm of a variance that is estimated lies below that of the variance.
    logs = np.log(own[usable]) + 1 / degrees
    sizes = np.log(np.maximum(size, 1))
    fitted = np.full(len(own), logs.mean())
    if usable.sum() >= _ENOUGH and np.ptp(sizes[usable]) > 0:
        slope = np.polyfit(sizes[usable], logs, 1)
        # Larger ones vary less, or as much: what says otherwise is chance.
        slope[0] = min(slope[0], 0.0)
        fitted = logs.mean() + slope[0] * (sizes - sizes[usable].mean())
    spread = np.mean((logs - fitted[usable]) ** 2 - 2 / degrees - 2 / degrees**2)
    alike = np.clip(2 / max(spread, _TINY) + 1, *_FREEDOM)
    return np.exp(fitted - 1 / alike), float(alike)


def _stretch(residuals: Floats, freedom: Floats) -> float:
    """By how much the tails of the past are heavier than t's; at least 1.

    Months are drawn again, all series of a month together, for they rise and fall together.
    """
    told = ~np.isnan(residuals).all(axis=0)
    months = np.abs(residuals[:, told])
    with_value = np.count_nonzero(~np.isnan(months))
    if with_value < _LEAST_RESIDUALS:
        return 1.0
    usual = _usual_high(int(np.median(freedom)))
    beyond = np.array([(months > usual * factor).sum(axis=0) for factor in _FACTORS[:-1]])
    counted = (~np.isnan(months)).sum(axis=0)
    generator = np.random.default_rng(_SEED)
    periods = len(counted)
    times = generator.multinomial(periods, np.full(periods, 1 / periods), _DRAWS)
    shares = times @ beyond.T / np.maximum(times @ counted, 1)[:, None]
    # The first factor beyond which no more than the tail is left, in each draw.
    found = _FACTORS[np.argmax(np.column_stack([shares <= _TAIL, np.ones(_DRAWS)]), axis=1)]
    return float(found.mean())


@cache
def _usual_high(freedom: int) -> float:
    """The |t| that is exceeded with the chance of a tail."""
    return float(critical(np.array([_TAIL]), np.array([float(freedom)]))[0])
