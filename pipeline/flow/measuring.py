"""What rules see: their metrics as of a moment, now or in the past, by the same queries.

A past moment is seen as the lake knew it then, a commit being known from its run's clock reading
on. Calendars of expected reports, and which sources are fetched, are those of today.
"""

import tomllib
from bisect import bisect_right
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.flow import owed
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.watch.alarm import Key, Reading
from pipeline.watch.reading import Row, readings
from pipeline.watch.rules import Rule

_REPORTS = "reports"
_QUEUE = "queue"
_SILENCE = "silence"
_HISTORIES = {
    "manifest_history": "FROM manifests",
    "ledger_history": query("watch/ledger_history"),
}
"""What the lake has ever known; views as long as nothing hides the tables that they read."""
_Asked = tuple[str, timedelta | None]


@dataclass
class Seen:
    """A session on the lake that tells what rules see at a moment.

    Attributes:
        con: the session.
        home: the home folder.
        rules: those that are asked for.
        turns: when the lake came to know of anything, in order.
        idle: queries whose answer is empty, for the home has nothing that they are about.
        is_kept: whether the histories are tables, which a past moment is read from.
        moment: that the tables of the session show; of `turns` it has passed `shown`.
        day: `shown`, and the day, of the table `owed`.
    """

    con: duckdb.DuckDBPyConnection
    home: Path
    rules: Sequence[Rule]
    turns: Sequence[datetime]
    idle: set[str] = field(default_factory=set)
    is_kept: bool = False
    moment: datetime | None = None
    shown: int | None = None
    day: tuple[int, date] | None = None
    rows: dict[_Asked, list[Row]] = field(default_factory=dict)

    def readings(self, moment: datetime) -> dict[Key, Reading]:
        """What every rule sees at a moment in UTC without a zone."""
        self._turn(moment)
        found: dict[Key, Reading] = {}
        for rule in self.rules:
            found |= readings(rule, self._rows(rule))
        return found

    def _turn(self, moment: datetime) -> None:
        """Show the lake as it knew itself at a moment; what is the same as before stays."""
        self.rows.clear()
        self.moment = moment
        asked = {rule.measured.query for rule in self.rules}
        known = bisect_right(self.turns, moment)
        if known != self.shown:
            self._show(moment, known, asked)
            self.shown = known
        wants = _REPORTS in asked and _REPORTS not in self.idle
        if wants and (known, moment.date()) != self.day:
            owed.calendar(self.con, self.home, moment.date())
            self.day = (known, moment.date())

    def _show(self, moment: datetime, known: int, asked: Collection[str]) -> None:
        """Hide the tables of the lake by what they held; not where all is as they show it."""
        if not self.is_kept:
            if known == len(self.turns) and not (_QUEUE in asked and self._has_requests()):
                return
            self._keep()
        self._make("manifests", "watch/manifests_then", moment=moment)
        if _QUEUE in asked:
            self._make("retry_ledger", "watch/ledger_then", moment=moment)
            self._make("ledger_state", "ledger/state")

    def _has_requests(self) -> bool:
        """Whether any entry is a request: only the history knows of which source one is."""
        asked = "SELECT 1 FROM retry_ledger WHERE kind = 'request' LIMIT 1"
        return bool(self.con.execute(asked).fetchall())

    def _keep(self) -> None:
        """Make tables of the histories, before tables of their names hide the lake's."""
        for name, asked in _HISTORIES.items():
            self.con.execute(f"DROP VIEW {name}")
            self.con.execute(f"CREATE TEMP TABLE {name} AS {asked}")
        self.is_kept = True

    def _make(self, table: str, name: str, **params: datetime) -> None:
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query(name)}", params)

    def _rows(self, rule: Rule) -> list[Row]:
        """The rows of a rule's metric; of several that ask the same it is asked once."""
        key = (rule.measured.query, rule.within)
        if key[0] in self.idle:
            return []
        if key not in self.rows:
            params: dict[str, Any] = {"moment": self.moment}
            if rule.within is not None and self.moment is not None:
                params["since"] = self.moment - rule.within
            found = self.con.execute(query(f"watch/{key[0]}"), params)
            self.rows[key] = [*told(found)]
        return self.rows[key]


@contextmanager
def seen(home: Path, settings: Settings, rules: Sequence[Rule]) -> Iterator[Seen]:
    """A session that tells what rules see, at as many moments as are asked for.

    Raises:
        UsageError: a calendar of expected reports is wrong.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    with lake.reading(home, settings) as con:
        for name, asked in _HISTORIES.items():
            con.execute(f"CREATE TEMP VIEW {name} AS {asked}")
        asks = any(rule.measured.query == _REPORTS for rule in rules)
        # A calendar that is wrong stops those alone who ask for reports.
        idle = {_REPORTS} if asks and not owed.calendars(home) else set()
        if fetched := _fetched(home):
            con.register("fetched_sources", pl.DataFrame({"source": fetched}))
        else:
            idle.add(_SILENCE)
        turns = [moment for (moment,) in con.execute(query("watch/turns")).fetchall()]
        yield Seen(con, home, rules, turns, idle)


def told(found: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """The rows of an answer, by column."""
    columns = [column[0] for column in found.description]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def committed(con: duckdb.DuckDBPyConnection) -> list[datetime]:
    """When the lake changed, in order, in UTC without a zone."""
    return [moment for (moment,) in con.execute(query("watch/moments")).fetchall()]


def moment_of(con: duckdb.DuckDBPyConnection, at: datetime) -> datetime:
    """The moment of a look, in UTC without a zone: what is committed is never unseen again."""
    now = at.astimezone(UTC).replace(tzinfo=None)
    return max([now, *committed(con)])


def _fetched(home: Path) -> list[str]:
    """The sources whose profiles say how they are fetched."""
    names = []
    for path in sorted((home / "sources").glob("*.toml")):
        try:
            given: Mapping[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError):
            # Whoever fetches is told; an alarm about the others must not wait for it.
            continue
        if isinstance(given.get("api"), dict):
            names.append(str(given.get("name", path.stem)))
    return names
