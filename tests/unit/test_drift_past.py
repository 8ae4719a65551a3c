"""A source's periods on their calendar, and what a season explains."""

import numpy as np
import polars as pl
import pytest

from pipeline.watch import past
from pipeline.watch.expectation import Series, judge
from pipeline.watch.season import SEASON, both


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2026-01", (12, 2026 * 12)),
        ("2026-12", (12, 2026 * 12 + 11)),
        ("2026Q1", (4, 2026 * 4)),
        ("2026Q4", (4, 2026 * 4 + 3)),
        ("2026-13", None),
        ("2026", None),
        ("", None),
    ],
)
def test_periods_follow_one_another_by_number(
    period: str, expected: tuple[int, int] | None
) -> None:
    assert past.ordinal(period) == expected


def test_a_calendar_has_the_gaps_and_leaves_out_what_is_later_older_or_of_another_kind() -> None:
    told = ["2020-01", "2025-11", "2026-02", "2026-04", "2025Q4", ""]
    calendar = past.calendar("2026-03", told)
    assert calendar is not None
    assert (calendar.periods, calendar.a_year) == (5, 12)
    assert calendar.reported.tolist() == [True, False, False, True, True]
    rows = pl.DataFrame({"accounting_period": told})
    assert past.on(calendar, rows).rows() == [("2025-11", 0), ("2026-02", 3)]


def test_without_a_period_before_there_is_nothing_to_compare() -> None:
    assert past.calendar("2026-03", ["2026-04"]) is None
    assert past.calendar("", ["2026-02"]) is None


def december(years: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Eight cells over some years up to a November, each December a third dearer."""
    months = np.arange(12 * years - 1)
    noise = np.random.default_rng(7).normal(0, 0.03, (8, len(months)))
    found: np.ndarray[tuple[int, int], np.dtype[np.float64]] = noise + np.where(
        months % 12 == 11, 0.3, 0
    )
    return found


def series(values: np.ndarray[tuple[int, int], np.dtype[np.float64]], now: float) -> Series:
    few = np.full(len(values), 1e-4)
    return Series(values, np.full(len(values), now), few, np.full(len(values), 1e4))


def test_a_december_like_those_before_is_no_change_and_one_that_stays_away_is() -> None:
    values = december(3)
    assert both(series(values, 0.3), 12, 0.3).chance.min() > 0.01
    # Such a month is like any other, but not like a December: the level explains it.
    assert both(series(values, 0.0), 12, 0.3).chance.min() > 0.01
    assert both(series(values, -0.6), 12, 0.3).chance.max() < 0.001


def test_before_a_year_has_passed_a_season_is_not_called_a_change() -> None:
    first = december(1)
    assert judge(series(first, 2 * SEASON), 0.3).chance.max() < 1e-4
    assert both(series(first, 2 * SEASON), 12, 0.3).chance.min() > 0.01


def test_a_series_borrows_from_its_family_what_it_cannot_tell_itself() -> None:
    steady = np.random.default_rng(3).normal(0, 0.01, (9, 24))
    steady[0, :-1] = np.nan
    verdict = judge(series(steady, 0.2), 0.3)
    # One period alone: by the default of 0.3 it would be a month like another.
    assert verdict.scale[0] < 0.03
    assert verdict.chance[0] < 1e-4
    assert verdict.freedom[0] < verdict.freedom[1]


def test_what_creeps_is_expected_to_creep_on() -> None:
    line = 0.01 * np.arange(24) + np.random.default_rng(5).normal(0, 0.001, (6, 24))
    verdict = judge(series(line, 0.24), 0.3)
    assert verdict.expected == pytest.approx(np.full(6, 0.24), abs=0.003)
    assert verdict.chance.min() > 0.001
