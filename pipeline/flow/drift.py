"""What `royalty drift` tells: money by month, what deliveries showed when they came, layouts."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.watch import past


@dataclass(frozen=True)
class Asked:
    """Which deliveries are asked for; None is all of them.

    Attributes:
        source: their source.
        period: their accounting period.
        manifest: the beginning of their id.
    """

    source: str | None = None
    period: str | None = None
    manifest: str | None = None

    @property
    def params(self) -> dict[str, str | None]:
        """As the queries take them."""
        manifest = self.manifest and self.manifest.lower()
        return {
            "source": self.source,
            "accounting_period": self.period,
            "manifest": manifest,
        }


@dataclass(frozen=True)
class Found:
    """A finding as the books hold it; see `store.records.FINDINGS`."""

    manifest: str
    accounting_period: str
    source: str
    finding: str
    severity: str
    service: str | None
    territory: str | None
    currency: str | None
    column: str | None
    subject: str | None
    statistic: str
    observed: float
    expected: float | None
    limit: float | None
    q_value: float | None
    lines: int
    amount: Decimal | None
    detail: str
    at: datetime


@dataclass(frozen=True)
class Months:
    """What a service reported in one currency, by accounting period, the earliest first.

    `amounts` has a zero for a period of the source in which the service reported nothing.
    """

    source: str
    service: str
    currency: str
    periods: tuple[str, ...]
    amounts: tuple[Decimal, ...]


@dataclass(frozen=True)
class Layout:
    """How the columns of a delivery differ from its source's; see `store.records.LAYOUTS`.

    `is_held` where its lines wait until somebody says which column is which.
    """

    manifest: str
    accounting_period: str
    source: str
    encoding: str
    header: tuple[str, ...]
    new: tuple[str, ...]
    gone: tuple[str, ...]
    missing: tuple[str, ...]
    proposed: Mapping[str, str]
    is_held: bool
    at: datetime


@dataclass(frozen=True)
class Drift:
    """What has changed in what sources report, ranked by money."""

    months: tuple[Months, ...]
    findings: tuple[Found, ...]
    layouts: tuple[Layout, ...]


def drift(home: Path, settings: Settings, asked: Asked) -> Drift:
    """What the deliveries that are asked for showed when they came, and their source's months.

    Raises:
        UsageError: the period is none, or no report is of the source, the period or the manifest.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    if asked.period is not None and past.ordinal(asked.period) is None:
        raise UsageError(f"{asked.period!r} is no accounting period", "write 2026-09 or 2026Q3")
    with lake.reading(home, settings) as con:
        _refuse_unknown(con, asked)
        findings = _rows(con, "findings", asked.params)
        layouts = _rows(con, "layouts", asked.params)
        sources = {one["source"] for one in (*findings, *layouts)}
        told = _rows(con, "months", {"source": asked.source})
    if asked.manifest is not None:
        told = [one for one in told if one["source"] in sources]
    return Drift(
        months=tuple(_months(told)),
        findings=tuple(Found(**one) for one in findings),
        layouts=tuple(_layout(one) for one in layouts),
    )


def _refuse_unknown(con: duckdb.DuckDBPyConnection, asked: Asked) -> None:
    """Raise where something is asked for of which the lake has no report."""
    given = {
        "source": ("--source", asked.source),
        "accounting_period": ("--period", asked.period),
        "manifest": ("--manifest", asked.manifest),
    }
    for name, (option, value) in given.items():
        params = {**dict.fromkeys(given), name: value}
        if value is not None and not _rows(con, "known", params):
            raise UsageError(f"no report has {option} {value!r}", "see `royalty status`")


def _rows(
    con: duckdb.DuckDBPyConnection, name: str, params: Mapping[str, object]
) -> list[dict[str, Any]]:
    found = con.execute(query(f"drift/{name}"), params)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def _months(rows: list[dict[str, Any]]) -> list[Months]:
    """One per source, service and currency; the source's periods are those of all services."""
    found = []
    for source, of_source in groupby(rows, key=itemgetter("source")):
        own = list(of_source)
        periods = tuple(sorted({one["accounting_period"] for one in own}))
        for (service, currency), group in groupby(own, key=itemgetter("service", "currency")):
            by_period = {one["accounting_period"]: one["amount"] for one in group}
            amounts = tuple(by_period.get(period, Decimal(0)) for period in periods)
            found.append(Months(source, service, currency, periods, amounts))
    return found


def _layout(row: dict[str, Any]) -> Layout:
    names = {field.name for field in fields(Layout)} - {"proposed"}
    listed: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in row.items()
        if name in names
    }
    return Layout(**listed, proposed=json.loads(row["proposed"] or "{}"))
