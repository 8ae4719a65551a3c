"""Weeks, months and quarters, as reports are owed for them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

EVERY = ("week", "month", "quarter")
_FORMS = {
    "week": re.compile(r"(?P<year>[0-9]{4})-W(?P<number>[0-9]{2})"),
    "month": re.compile(r"(?P<year>[0-9]{4})-(?P<number>[0-9]{2})"),
    "quarter": re.compile(r"(?P<year>[0-9]{4})Q(?P<number>[1-4])"),
}
_MONTHS = {"month": 1, "quarter": 3}


@dataclass(frozen=True)
class Period:
    """A period; `end` is its last day."""

    every: str
    start: date
    end: date

    @property
    def name(self) -> str:
        """As accounting periods are written: `2026-01`, `2026Q1`; a week as ISO 8601 has it."""
        match self.every:
            case "week":
                year, week, _ = self.start.isocalendar()
                return f"{year:04}-W{week:02}"
            case "quarter":
                return f"{self.start.year:04}Q{(self.start.month + 2) // 3}"
            case _:
                return f"{self.start.year:04}-{self.start.month:02}"

    def next(self) -> "Period":
        """The period that follows."""
        return _from(self.every, self.end + timedelta(days=1))


def period_of(text: str, every: str) -> Period | None:
    """The period that a text names; null where it is none of that length."""
    found = _FORMS[every].fullmatch(text)
    if found is None:
        return None
    year, number = int(found["year"]), int(found["number"])
    try:
        if every == "week":
            return _from(every, date.fromisocalendar(year, number, 1))
        return _from(every, date(year, (number - 1) * _MONTHS[every] + 1, 1))
    except (ValueError, OverflowError):
        return None


def _from(every: str, start: date) -> Period:
    """The period that begins on a day."""
    if every == "week":
        return Period(every, start, start + timedelta(days=6))
    months = start.year * 12 + start.month - 1 + _MONTHS[every]
    following = date(months // 12, months % 12 + 1, 1)
    return Period(every, start, following - timedelta(days=1))
