"""The calendar of a source: which reports it owes, by when, and how long it keeps them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pipeline.errors import UsageError
from pipeline.sync.period import EVERY, Period, period_of
from pipeline.sync.table import Table

KEYS = ("every", "since", "until", "due_days", "closing_days", "reports")
PLACES = ("year", "month", "quarter", "week", "period", "start", "end", "start_basic", "end_basic")
"""What a pattern of file names may hold between braces; `_basic` is without hyphens."""

_MOST = 10_000
"""Periods of one source: a calendar that owes more was mistyped."""


@dataclass(frozen=True)
class Expected:
    """What a source owes.

    Attributes:
        source: who owes it.
        every: `week`, `month` or `quarter`: a report each.
        since: the first period that is owed.
        until: the last one; null while it goes on.
        due_days: days after a period's end by which its report must be here.
        retention_days: days from then on for which the sender keeps it; 0: not known.
        closing_days: how many days before the sender drops it that is an alert.
        reports: the pattern of file names of each report, where a period has several; `""` alone
            stands for the one that any file of the source is.
    """

    source: str
    every: str
    since: Period
    until: Period | None
    due_days: int
    retention_days: int
    closing_days: int
    reports: Mapping[str, str]

    @classmethod
    def read(cls, source: str, given: Mapping[str, Any], retention_days: int) -> "Expected":
        """The table `[expected]` of a profile.

        Raises:
            UsageError: a key is wrong.
        """
        table = Table(source, "expected", given)
        table.only(KEYS)
        every = table.one_of("every", EVERY)
        reports = _reports(table, every)
        until = _period(table, "until", every) if "until" in given else None
        return cls(
            source=source,
            every=every,
            since=_period(table, "since", every),
            until=until,
            due_days=table.whole("due_days"),
            retention_days=retention_days,
            closing_days=table.whole("closing_days", 14),
            reports=reports,
        )

    def owed(self, today: date) -> Iterator[dict[str, Any]]:
        """One row per period that is over and each of its reports, the oldest first."""
        period, count = self.since, 0
        while period.end < today and (self.until is None or period.start <= self.until.start):
            due_on = period.end + timedelta(days=self.due_days)
            closes_on = due_on + timedelta(days=self.retention_days)
            for report, pattern in self.reports.items():
                yield {
                    "source": self.source,
                    "report": report,
                    "period": period.name,
                    "starts_on": period.start,
                    "ends_on": period.end,
                    "due_on": due_on,
                    "closes_on": closes_on if self.retention_days else None,
                    "closing_days": self.closing_days,
                    "pattern": _filled(pattern, period),
                    "is_dated": "{" in pattern,
                }
            period, count = period.next(), count + 1
            if count > _MOST:
                raise UsageError(
                    f"source {self.source}: expected.since {self.since.name} is too long ago",
                    "name the first period that you still ask for",
                )


def _reports(table: Table, every: str) -> dict[str, str]:
    """The patterns of the reports of a period, by their names."""
    given = table.given.get("reports", {"": "*"})
    if not isinstance(given, dict) or not given:
        raise table.wrong("reports", "is no table", 'write reports = { US = "*_US_*" }')
    found = {name: Table(table.source, "expected.reports", given).text(name) for name in given}
    for name, pattern in found.items():
        rest = pattern
        for place in PLACES:
            rest = rest.replace(f"{{{place}}}", "")
        if "{" in rest or "}" in rest:
            raise table.wrong(f"reports.{name}", f"is {pattern!r}", f"known: {', '.join(PLACES)}")
    if every == "week" and not all("{" in pattern for pattern in found.values()):
        # Accounting periods are months and quarters: only its name tells a file's week.
        mend = 'say how names tell the week, as in reports = { all = "*_{start}_*" }'
        raise table.wrong("reports", "must tell the week", mend)
    return found


def _period(table: Table, key: str, every: str) -> Period:
    found = period_of(table.text(key), every)
    if found is None:
        forms = {"week": "2026-W05", "month": "2026-01", "quarter": "2026Q1"}
        raise table.wrong(key, f"is no {every}: {table.given[key]!r}", f"write {forms[every]}")
    return found


def _filled(pattern: str, period: Period) -> str:
    start, end = period.start, period.end
    values = {
        "year": f"{start.year:04}",
        "month": f"{start.month:02}",
        "quarter": f"{(start.month + 2) // 3}",
        "week": f"{start.isocalendar().week:02}",
        "period": period.name,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "start_basic": f"{start:%Y%m%d}",
        "end_basic": f"{end:%Y%m%d}",
    }
    for place in PLACES:
        pattern = pattern.replace(f"{{{place}}}", values[place])
    return pattern
