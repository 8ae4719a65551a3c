"""A family of tests: one question asked of many cells at once, one row per cell."""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import polars as pl

from pipeline.vocab_watch import Finding
from pipeline.watch.expectation import Verdict
from pipeline.watch.student import Floats

PLACES = ("service", "territory", "currency", "column", "subject")
"""What says where a test stands; null is everywhere."""


class Unit(StrEnum):
    """In what deviations are told: of the logarithm of the statistic, or of its log-odds."""

    LOG = "log"
    ODDS = "odds"


@dataclass(frozen=True)
class Told:
    """What people are told of each test, and what of it adds up.

    Attributes:
        observed: the statistic now.
        expected: the statistic that was to be expected.
        actual: the money or units of the cell; 0 where nothing adds up.
        usual: what they were to be.
    """

    observed: Floats
    expected: Floats
    actual: Floats
    usual: Floats


def family(
    finding: Finding,
    statistic: tuple[str, Unit],
    keys: pl.DataFrame,
    verdict: Verdict,
    least: Floats,
    told: Told,
) -> pl.DataFrame:
    """The tests of one question.

    Args:
        finding: what it is a finding of, where the answer is a change.
        statistic: its name, and in what its deviations are told.
        keys: some of `PLACES`, one row per test.
        verdict: how each stands to its past.
        least: the size of deviation below which none matters.
        told: for people, and for the explanation.
    """
    name, unit = statistic
    return pl.DataFrame(
        {
            "finding": [finding.value] * keys.height,
            "statistic": [name] * keys.height,
            "unit": [unit.value] * keys.height,
            **{
                place: keys[place]
                if place in keys.columns
                else pl.Series([None] * keys.height, dtype=pl.String)
                for place in PLACES
            },
            "deviation": verdict.deviation,
            "scale": verdict.scale,
            "freedom": verdict.freedom,
            "chance": verdict.chance,
            "least": least,
            "observed": told.observed,
            "expected": told.expected,
            "actual": told.actual,
            "usual": told.usual,
        }
    )


def shifted(expected: Floats, deviation: Floats, unit: Floats | list[str]) -> Floats:
    """The statistic at a deviation from what was expected."""
    with np.errstate(divide="ignore"):
        odds = np.log(expected) - np.log1p(-np.clip(expected, 0, 1 - 1e-12))
    by_odds = 1 / (1 + np.exp(-(odds + deviation)))
    return np.where(np.asarray(unit) == Unit.ODDS.value, by_odds, expected * np.exp(deviation))
