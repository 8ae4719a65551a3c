"""What the lake says of its reports: money by currency, what waits and why, and what to do next."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from pipeline.flow import owed
from pipeline.flow.advice import next_steps
from pipeline.flow.firing import firing
from pipeline.flow.standing import (
    Alert,
    AlertGroup,
    Count,
    Delivered,
    Money,
    ReportStatus,
    Standing,
    Status,
    Step,
    Title,
    Waiting,
)
from pipeline.settings import Settings
from pipeline.store import catalog, lake
from pipeline.store.sql import query

_MANY = 100
"""Deliveries that one beginning of an id may name."""

LARGEST = 20
"""How many unmatched titles a screen shows."""


@contextmanager
def session(home: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only session on the lake with the views that the queries of `status` share."""
    with lake.reading(home, settings) as con:
        for view in ("lines_held", "reasons"):
            con.execute(f"CREATE TEMP VIEW {view} AS {query(f'status/{view}')}")
        yield con


def rows(
    con: duckdb.DuckDBPyConnection, name: str, params: Mapping[str, object]
) -> list[dict[str, Any]]:
    """The rows of a query of `queries/status/`, by column."""
    found = con.execute(query(f"status/{name}"), params)
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def report_status(
    home: Path, settings: Settings, at: datetime, manifest: str, period: str | None = None
) -> list[ReportStatus]:
    """Where some deliveries stand, latest first; none where the lake does not hold them.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware; tells which attempts are due.
        manifest: an id, or the beginning of one.
        period: the accounting period; all of them where None.
    """
    version = _catalog(home)
    with session(home, settings) as con:
        return [
            ReportStatus(one, _standing(con, version, at, [one], *one.delivery))
            for one in _reports(con, manifest.lower(), period, _MANY)
        ]


def status(home: Path, settings: Settings, at: datetime, latest: int) -> Status:
    """Where the whole lake stands, with its latest deliveries.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware.
        latest: how many deliveries to name.
    """
    version = _catalog(home)
    late = owed.groups(owed.notable(home, settings, at))
    with session(home, settings) as con:
        named = _reports(con, None, None, latest)
        in_all = con.execute("SELECT count(*) FROM manifests").fetchall()[0][0]
        standing = _standing(con, version, at, named, None, None)
        return Status(
            catalog=version,
            deliveries=int(in_all),
            reports=tuple((one, _money(con, *one.delivery)) for one in named),
            standing=_with(standing, late),
            firing=firing(con, at),
        )


def _with(standing: Standing, late: tuple[AlertGroup, ...]) -> Standing:
    """What stands, and what has not come."""
    if not late:
        return standing
    count = sum(one.assets for one in late)
    why = f"{count:,} report{'' if count == 1 else 's'} did not come, or could not be taken"
    return replace(
        standing,
        alerts=(*late, *standing.alerts),
        next=(Step("owed", why), *standing.next),
    )


def alerts(home: Path, settings: Settings, at: datetime, latest: int) -> tuple[list[Alert], int]:
    """The latest alerts, latest first, and how many there are in all.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware; tells which reports are late.
        latest: how many to name.
    """
    late = owed.notable(home, settings, at)
    with session(home, settings) as con:
        found = rows(con, "alerts", {"latest": latest})
    in_all = found[0]["alerts_in_all"] if found else 0
    recorded = [Alert(**{name: row[name] for name in _ALERT}) for row in found]
    # Sorting is stable: the order of the query stays among alerts of one moment.
    merged = sorted([*late, *recorded], key=lambda one: one.at, reverse=True)
    return merged[:latest], in_all + len(late)


_ALERT = tuple(Alert.__dataclass_fields__)


def _reports(
    con: duckdb.DuckDBPyConnection, manifest: str | None, period: str | None, latest: int
) -> list[Delivered]:
    params = {"manifest": manifest, "accounting_period": period, "latest": latest}
    return [_delivered(con, row) for row in rows(con, "reports", params)]


def _delivered(con: duckdb.DuckDBPyConnection, row: dict[str, Any]) -> Delivered:
    counts = {name: json.loads(row[name] or "{}") for name in ("by_method", "by_fault")}
    delivery = {name: row[name] for name in ("manifest", "accounting_period")}
    figures = [_count(one) for one in rows(con, "control", delivery)]
    told = json.loads(row["control"] or "{}") if not figures else {}
    # Of a lake that was made before figures were booked.
    figures += [Count(name, count["declared"], count["found"]) for name, count in told.items()]
    asked = {**delivery, "source": row["source"]}
    changes = con.sql(query("drift/findings"), params=asked).pl()["detail"].to_list()
    return Delivered(**{**row, **counts, "control": tuple(figures), "changes": tuple(changes)})


def _count(row: Mapping[str, Any]) -> Count:
    """A figure of the books; counts are whole numbers."""
    declared, found = (
        int(value) if value is not None and not row["currency"] and value == int(value) else value
        for value in (row["declared"], row["found"])
    )
    same = ("currency", "tolerance", "balance", "accepted_by", "reason")
    return Count(row["what"], declared, found, **{name: row[name] for name in same})


def _money(
    con: duckdb.DuckDBPyConnection, manifest: str | None, period: str | None
) -> tuple[Money, ...]:
    params = {"manifest": manifest, "accounting_period": period}
    return tuple(Money(**row) for row in rows(con, "money", params))


def _standing(
    con: duckdb.DuckDBPyConnection,
    catalog_version: str | None,
    at: datetime,
    reports: Sequence[Delivered],
    manifest: str | None,
    period: str | None,
) -> Standing:
    chosen = {"manifest": manifest, "accounting_period": period}
    titles = rows(con, "titles", {**chosen, "largest": LARGEST})
    waiting = tuple(Waiting(**row) for row in rows(con, "waiting", chosen))
    periods = [report.accounting_period for report in reports]
    return Standing(
        money=_money(con, manifest, period),
        unmatched=tuple(Title(**row) for row in titles),
        waiting=waiting,
        alerts=tuple(AlertGroup(**row) for row in rows(con, "alert_groups", chosen)),
        next=tuple(next_steps(waiting, periods, at, has_catalog=catalog_version is not None)),
    )


def _catalog(home: Path) -> str | None:
    """The version that is current; whether its file is whole is for those who match with it."""
    pointer = catalog.folder(home) / catalog.CURRENT
    return pointer.read_text(encoding="utf-8").strip() if pointer.exists() else None
