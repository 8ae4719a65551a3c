"""The lake as notebooks read it: frames of the queries in `queries/notebooks/`, of one moment."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.audit.digest import is_in_some_quarter, periods_of
from pipeline.flow.locating import Located, located
from pipeline.read.profiles import load_profiles
from pipeline.settings import load
from pipeline.store import books, lake
from pipeline.store.layout import lake_path
from pipeline.store.sql import query

_VIEWS = ("status/lines_held", "status/reasons")
_KEPT = {"places": "notebooks/places", "choices": "notebooks/drift_choices"}
"""Summed once for a session: all else that is told of money adds up these few rows."""

_DRIFT = (
    "drift_periods",
    "drift_services",
    "drift_territories",
    "drift_nulls",
    "drift_buckets",
)
BY = {
    "services": ("money_by", "service"),
    "territories": ("money_by", "territory"),
    "drift_services": ("drift_money_by", "service"),
    "drift_territories": ("drift_money_by", "territory"),
}
"""Frames of queries that tell by one of several columns: the query, and the column."""
_COMPARED = 12
"""Periods before, with which one is compared: a year of months."""


@dataclass(frozen=True)
class Seen:
    """What is looked at: of a source and currency one period, beside those before it.

    Attributes:
        source: whose reports.
        service: of which service; None: of all.
        currency: of all amounts.
        period: the one that is looked at.
        before: those that it is compared with, the latest last.
    """

    source: str
    service: str | None
    currency: str
    period: str
    before: tuple[str, ...]

    @property
    def previous(self) -> str | None:
        """The period before; None where this is the first."""
        return self.before[-1] if self.before else None

    @property
    def params(self) -> dict[str, object]:
        """As the queries take it."""
        return {
            "source": self.source,
            "service": self.service,
            "currency": self.currency,
            "period": self.period,
            "previous": self.previous,
            "before": list(self.before),
        }


@dataclass(frozen=True, eq=False)
class Lake:
    """A read-only session on a lake, which shows it as it was when the session began.

    It keeps no writer out. `at` is the one clock reading, from which ages count.
    """

    home: Path
    at: datetime
    con: duckdb.DuckDBPyConnection

    def frame(self, name: str, **params: object) -> pl.DataFrame:
        """The rows of a query of `queries/notebooks/`, or of another folder that is named.

        Args:
            name: the query's file, without suffix, and without folder where it is of `notebooks`;
                or `services` and its like, which tell by a column.
            params: its parameters; those that it does not have are left out.
        """
        file, by = BY.get(name, (name, ""))
        text = query(file if "/" in file else f"notebooks/{file}")
        wanted = duckdb.extract_statements(text)[0].named_parameters
        told = {**params, "by": by} if by else params
        given = {key: value for key, value in told.items() if key in wanted}
        found: pl.DataFrame = self.con.sql(text, params=given).pl()
        return found.rename({"name": by}) if by else found

    def locate(self, line: Mapping[str, Any]) -> Located:
        """Where in its bytes the faults of a line stand.

        Args:
            line: a row of `held_back`.
        """
        specs = {profile.name: profile.spec for profile in load_profiles(self.home)}
        told = {column: line[column] for column in ("currency", "isrc", "gtin", "territory")}
        return located(line["raw"], line["faults"], specs.get(line["source"]), line["header"], told)

    def choices(self, column: str) -> Sequence[str]:
        """What lines name as their `service` or `accounting_period`, in order."""
        return self.frame("named", what=column)["name"].to_list()

    def quarters(self) -> dict[str, list[str] | None]:
        """Quarters that have lines, the latest first, each with its accounting periods.

        All periods stand last, under `all periods`, as None; periods of no quarter by themselves.
        """
        found: dict[str, list[str] | None] = {}
        for period in reversed(self.choices("accounting_period")):
            name = _quarter(period)
            found[name] = list(periods_of(name)) if is_in_some_quarter(period) else [period]
        return {**found, "all periods": None}

    def drift(self, seen: Seen, column: str, number: str) -> dict[str, pl.DataFrame]:
        """All that is told of a period of a source, by the query that tells it.

        Args:
            seen: what is looked at.
            column: whose vocabulary is told.
            number: which number is told service by service.
        """
        found = {name: self.frame(name, **seen.params) for name in _DRIFT}
        asked = {"source": seen.source, "accounting_period": seen.period, "manifest": None}
        return found | {
            "drift_values": self.frame("drift_values", **seen.params, told=column),
            "drift_by_service": self.frame("drift_by_service", **seen.params, told=number),
            "findings": self.frame("drift/findings", **asked),
            "layouts": self.frame("drift/layouts", **asked),
        }

    def seen(self, source: str, currency: str, period: str, service: str | None) -> Seen:
        """A period of a source beside those before it that are as long."""
        earlier = self.frame("before", source=source, period=period, most=_COMPARED)
        before = tuple(earlier["accounting_period"])
        return Seen(source, service, currency, period, before)

    def close(self) -> None:
        """End the session."""
        self.con.close()


def _quarter(period: str) -> str:
    """The quarter of an accounting period; the period where it is of none."""
    if not is_in_some_quarter(period):
        return period or "no period"
    year, _, month = period.partition("-")
    return f"{year}Q{(int(month) + 2) // 3}" if month else period


def opened(home: Path) -> Lake | None:
    """A session on a home's lake; None where no report was taken yet.

    Raises:
        LakeBusy, LakeDamaged: as `lake.ensure_views`.
    """
    if not lake_path(home).exists():
        return None
    con = books.connect(lake.ensure_views(home, load(home)), read_only=True)
    for name in _VIEWS:
        con.execute(f"CREATE TEMP VIEW {name.rpartition('/')[2]} AS {query(name)}")
    for table, name in _KEPT.items():
        con.execute(f"CREATE TEMP TABLE {table} AS {query(name)}")
    return Lake(home, datetime.now(UTC), con)
