"""Calendars: which periods are over, when their reports are due and until when they are kept."""

from datetime import date
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.sync.expected import Expected

DAY = date.fromisoformat


def rows(today: str, retention_days: int = 0, **given: Any) -> list[dict[str, Any]]:
    return list(Expected.read("acme", given, retention_days).owed(DAY(today)))


def told(today: str, *names: str, **given: Any) -> list[tuple[Any, ...]]:
    """Chosen cells of each row, dates as text."""
    return [tuple(str(row[name]) for name in names) for row in rows(today, **given)]


@pytest.mark.parametrize(
    ("every", "since", "today", "periods"),
    [
        ("month", "2026-01", "2026-01-31", []),
        ("month", "2026-01", "2026-02-01", ["2026-01"]),
        ("month", "2026-11", "2027-02-01", ["2026-11", "2026-12", "2027-01"]),
        ("quarter", "2025Q4", "2026-03-31", ["2025Q4"]),
        ("quarter", "2025Q4", "2026-04-01", ["2025Q4", "2026Q1"]),
        # 28 December 2026 is the Monday of the last of 53 weeks.
        ("week", "2026-W52", "2027-01-11", ["2026-W52", "2026-W53", "2027-W01"]),
    ],
)
def test_a_period_is_owed_once_it_is_over(
    every: str, since: str, today: str, periods: list[str]
) -> None:
    reports = {"all": "*{start}*"}
    found = rows(today, every=every, since=since, due_days=1, reports=reports)
    assert [row["period"] for row in found] == periods


def test_due_and_kept_until_are_counted_in_days() -> None:
    """February has 28 days; 20 days after its end, and 30 more."""
    names = ("ends_on", "due_on", "closes_on")
    given = {"every": "month", "since": "2026-02", "due_days": 20, "retention_days": 30}
    assert told("2026-03-01", *names, **given) == [("2026-02-28", "2026-03-20", "2026-04-19")]


def test_a_calendar_ends() -> None:
    given = {"every": "month", "since": "2026-01", "until": "2026-02", "due_days": 0}
    assert told("2026-09-01", "period", **given) == [("2026-01",), ("2026-02",)]


def test_reports_of_a_period_are_told_by_their_names() -> None:
    reports = {"US": "*_US_{start_basic}-{end_basic}*", "DE": "S{year}{month}Q{quarter}?_DE*"}
    given = {"every": "month", "since": "2026-02", "due_days": 0, "reports": reports}
    assert told("2026-03-01", "report", "pattern", "is_dated", **given) == [
        ("US", "*_US_20260201-20260228*", "True"),
        ("DE", "S202602Q1?_DE*", "True"),
    ]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"every": "day"}, "knows no 'day'"),
        ({"since": "2026-13"}, "is no month"),
        ({"since": "2026Q1"}, "is no month"),
        ({"every": "week", "since": "2025-W53"}, "must tell the week"),
        ({"due": 3}, "expected.due is no key here"),
        ({"due_days": None}, "expected.due_days is missing"),
        ({"due_days": 1.5}, "expected.due_days is 1.5"),
        ({"reports": {"US": "{day}"}}, "expected.reports.US is '{day}'"),
        ({"reports": {"US": ""}}, "expected.reports.US is no text"),
        ({"reports": "*"}, "expected.reports is no table"),
    ],
)
def test_a_calendar_that_is_wrong_is_one_line(given: dict[str, Any], said: str) -> None:
    whole = {"every": "month", "since": "2026-01", "due_days": 20, **given}
    whole = {key: value for key, value in whole.items() if value is not None}
    with pytest.raises(UsageError) as caught:
        Expected.read("acme", whole, 0)
    assert said in str(caught.value)


def test_a_week_that_the_year_lacks_is_none() -> None:
    """2026 begins on a Thursday and has 53 weeks, 2025 has 52."""
    given = {"every": "week", "due_days": 1, "reports": {"a": "{start}"}}
    assert Expected.read("acme", {**given, "since": "2026-W53"}, 0).since.start == DAY("2026-12-28")
    with pytest.raises(UsageError, match="is no week"):
        Expected.read("acme", {**given, "since": "2025-W53"}, 0)


def test_a_mistyped_century_is_refused() -> None:
    given = {"every": "week", "since": "1026-W01", "due_days": 1, "reports": {"a": "{start}"}}
    with pytest.raises(UsageError, match="too long ago"):
        rows("2026-01-01", **given)
