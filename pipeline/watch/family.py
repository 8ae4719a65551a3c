"""A family of tests: one question asked of many cells at once, one row per cell."""

from dataclasses import dataclass
from enum import StrEnum
from math import exp
from typing import assert_never

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
    said = {"finding": finding.value, "statistic": name, "unit": unit.value}
    absent = [place for place in PLACES if place not in keys.columns]
    texts = keys.select(
        *(pl.lit(value).alias(column) for column, value in said.items()),
        *(pl.col(place).cast(pl.String) for place in keys.columns),
        *(pl.lit(None, pl.String).alias(place) for place in absent),
    )
    numbers = {
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
    figures = pl.DataFrame(numbers, schema=dict.fromkeys(numbers, pl.Float64))
    return texts.select(*said, *PLACES).hstack(figures)


def shifted(expected: float, deviation: float, unit: Unit) -> float:
    """The statistic at a deviation from what was expected."""
    match unit:
        case Unit.LOG:
            return expected * exp(deviation)
        case Unit.ODDS:
            odds = expected / (1 - expected) * exp(deviation)
            return odds / (1 + odds)
        case _:
            assert_never(unit)
