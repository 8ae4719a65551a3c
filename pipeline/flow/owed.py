"""What sources owe us: expected reports against those that are in the lake, and whom to tell."""

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.errors import UsageError
from pipeline.flow.standing import Alert, AlertGroup
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.sync.expected import Expected
from pipeline.vocab import Due, Notable

_EXPECTED = {
    "source": pl.String(),
    "report": pl.String(),
    "period": pl.String(),
    "starts_on": pl.Date(),
    "ends_on": pl.Date(),
    "due_on": pl.Date(),
    "closes_on": pl.Date(),
    "closing_days": pl.Int32(),
    "pattern": pl.String(),
    "is_dated": pl.Boolean(),
}


@dataclass(frozen=True)
class Owed:
    """An expected report of a period that is over.

    Attributes:
        source: who owes it.
        report: which of the period's, `""` where there is one.
        closes_on: the last day on which the sender keeps it; None where that is not known.
        state: where it stands.
        arrived_at: when the latest of its files was taken, in UTC; None where none was.
        parts_here: how many of its parts are here.
        parts_due: of how many; None where no file of it is here.
    """

    source: str
    report: str
    period: str
    starts_on: date
    ends_on: date
    due_on: date
    closes_on: date | None
    state: Due
    arrived_at: datetime | None
    parts_here: int
    parts_due: int | None


def calendars(home: Path) -> list[Expected]:
    """The calendar of each profile of the home that has one, by source.

    The profiles are not read as a whole: `royalty status` shows what is late, and is quick.

    Raises:
        UsageError: a file is not TOML, or a calendar is wrong.
    """
    found = []
    for path in sorted((home / "sources").glob("*.toml")):
        try:
            given: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise UsageError(f"{path.name} is not TOML: {error}", "mend that line") from error
        table, kept = given.get("expected"), given.get("retention_days", 0)
        if isinstance(table, dict):
            source = str(given.get("name", path.stem))
            found.append(Expected.read(source, table, kept if isinstance(kept, int) else 0))
    return sorted(found, key=lambda one: one.source)


def owed(home: Path, settings: Settings, at: datetime) -> list[Owed]:
    """Every expected report of a period that is over, by source, the oldest first.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware; its day in UTC counts.

    Raises:
        UsageError: a calendar is wrong.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    with _calendar(home, settings, at) as con:
        rows = _rows(con.execute("FROM owed ORDER BY source, starts_on, report"))
    names = Owed.__dataclass_fields__
    return [
        Owed(**{name: row[name] for name in names if name != "state"}, state=Due(row["state"]))
        for row in rows
    ]


def notable(home: Path, settings: Settings, at: datetime) -> list[Alert]:
    """Alerts about reports that did not come or were refused, the latest first.

    They are worked out whenever they are asked for, so that they are told also where no command has
    run for a month; each has the clock of the moment from which on it is so.

    Raises:
        UsageError, LakeBusy, LakeDamaged: as `owed`.
    """
    with _calendar(home, settings, at) as con:
        rows = _rows(con.execute(query("inbox/notable"), {"today": _day(at)}))
    return [_alert(row) for row in rows]


def groups(alerts: list[Alert]) -> tuple[AlertGroup, ...]:
    """The same alerts gathered, one per kind; `assets` counts the reports."""
    found = []
    for kind in Notable:
        own = [one for one in alerts if one.fault == kind]
        if own:
            latest = max(one.at for one in own)
            group = AlertGroup(own[0].severity, kind.value, "", len(own), 0, Decimal(0), latest)
            found.append(group)
    return tuple(sorted(found, key=lambda one: one.severity))


@contextmanager
def _calendar(home: Path, settings: Settings, at: datetime) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session on the lake with the table `owed`."""
    with lake.reading(home, settings) as con:
        calendar(con, home, _day(at))
        yield con


def calendar(con: duckdb.DuckDBPyConnection, home: Path, today: date) -> None:
    """Give a session the table `owed`, as it stands on a day by the deliveries that it shows.

    Raises:
        UsageError: a calendar is wrong.
    """
    rows = [row for one in calendars(home) for row in one.owed(today)]
    con.register("expected", pl.DataFrame(rows, schema=_EXPECTED, orient="row"))
    made = f"CREATE OR REPLACE TEMP TABLE owed AS {query('inbox/owed')}"
    con.execute(made, {"today": today})


def _rows(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _alert(row: Mapping[str, Any]) -> Alert:
    what = [row["source"], row["report"], row["period"]]
    return Alert(
        at=row["at"],
        severity=row["severity"],
        fault=row["fault"],
        asset=" ".join(filter(None, what)),
        manifest=row["manifest"],
        accounting_period=row["period"],
        lines=0,
        currency="",
        amount=None,
        detail=row["detail"],
    )
