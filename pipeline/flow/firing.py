"""What fires, what is silenced, and what was resolved lately, as the books have it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from pipeline.errors import UsageError
from pipeline.flow import measuring
from pipeline.flow.standing import Firing
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.vocab_watch import Level
from pipeline.watch.rules import Rule, load

RECENT = timedelta(days=14)
"""For how long a list shows what was resolved."""


@dataclass(frozen=True)
class Silence:
    """A silence that holds; `key` is "" for all of a rule."""

    rule: str
    key: str
    until: datetime
    said_by: str
    reason: str
    at: datetime


@dataclass(frozen=True)
class Resolved:
    """An alarm that has ended."""

    rule: str
    key: str
    worst: str
    value: Decimal | None
    unit: str | None
    began_at: datetime
    resolved_at: datetime


@dataclass(frozen=True)
class Listed:
    """All alarms that concern anyone now."""

    firing: tuple[Firing, ...]
    silences: tuple[Silence, ...]
    resolved: tuple[Resolved, ...]
    titles: Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """An event of a rule; `told` and `owed` are the channels that were told, or not yet."""

    at: datetime
    state: str
    key: str
    value: Decimal | None
    limit: Decimal | None
    unit: str | None
    detail: str | None
    muted: bool
    until: datetime | None
    said_by: str | None
    reason: str | None
    told: tuple[str, ...]
    owed: tuple[str, ...]


def firing(con: duckdb.DuckDBPyConnection, at: datetime) -> tuple[Firing, ...]:
    """The alarms that are told as a warning or a breach, or silenced; breaches first."""
    found = [one for one in _standing(con, at, {}) if one.level is not Level.CALM]
    return tuple(sorted(found, key=lambda one: (one.level is not Level.BREACH, one.began_at)))


def listed(home: Path, settings: Settings, at: datetime) -> Listed:
    """What fires, is pending or silenced, with its value now, and what was resolved lately.

    Raises:
        UsageError: the rules or a calendar are wrong.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    rules = load(home)
    moment = _plain(at)
    with measuring.seen(home, settings, rules.rules) as session:
        read = session.readings(measuring.moment_of(session.con, at))
        values = {key: reading.value for key, reading in read.items()}
        standing = _standing(session.con, at, values)
        since = {"since": moment - RECENT}
        resolved = measuring.told(session.con.execute(query("watch/recent"), since))
        silences = _silences(session.con, moment)
    order = {Level.BREACH: 0, Level.WARNING: 1, Level.CALM: 2}
    return Listed(
        firing=tuple(sorted(standing, key=lambda one: (order[one.level], one.began_at))),
        silences=tuple(silences),
        resolved=tuple(Resolved(**row) for row in resolved),
        titles={rule.name: rule.title for rule in rules.rules},
    )


def history(
    home: Path, settings: Settings, name: str, latest: int
) -> tuple[Rule | None, list[Told]]:
    """A rule, None where it is no more, and its events, the latest first.

    Raises:
        UsageError: there is and was no such rule.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    rules = load(home)
    with lake.reading(home, settings) as con:
        params = {"rule": name, "latest": latest}
        rows = measuring.told(con.execute(query("watch/history"), params))
    rule = next((one for one in rules.rules if one.name == name), None)
    if rule is None and not rows:
        known = ", ".join(one.name for one in rules.rules)
        raise UsageError(f"there is no rule {name!r}", f"known: {known}")
    return rule, [
        Told(**{**row, "told": tuple(row["told"]), "owed": tuple(row["owed"])}) for row in rows
    ]


def _standing(
    con: duckdb.DuckDBPyConnection, at: datetime, values: Mapping[tuple[str, str], Decimal | None]
) -> list[Firing]:
    silences = {(one.rule, one.key): one for one in _silences(con, _plain(at))}
    found = []
    for row in measuring.told(con.execute(query("watch/state"))):
        key = (row["rule"], row["key"])
        silence = silences.get(key) or silences.get((row["rule"], ""))
        found.append(_firing(row, silence, values.get(key)))
    return found


def _firing(row: Mapping[str, Any], silence: Silence | None, now: Decimal | None) -> Firing:
    names = ("rule", "key", "severity", "value", "limit", "unit", "detail")
    return Firing(
        **{name: row[name] for name in names},
        level=Level(row["level"]),
        began_at=row["began_at"] or row["warning_since"],
        silenced_until=None if silence is None else silence.until,
        silenced_by=None if silence is None else silence.said_by,
        reason=None if silence is None else silence.reason,
        now=now,
    )


def _silences(con: duckdb.DuckDBPyConnection, moment: datetime) -> list[Silence]:
    found = con.execute(query("watch/silences"), {"moment": moment})
    return [Silence(**row) for row in measuring.told(found)]


def _plain(at: datetime) -> datetime:
    """A clock reading as the lake shows clocks: UTC without a zone."""
    return at.astimezone(UTC).replace(tzinfo=None)
