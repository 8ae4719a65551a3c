"""What rules see: their metrics as of a moment, now or in the past, by the same queries.

A past moment is seen as the lake knew it then, a commit being known from its run's clock reading
on. Calendars of expected reports, and which sources are fetched, are those of today.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.flow import owed
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.vocab_watch import Metric
from pipeline.watch.alarm import Key, Reading
from pipeline.watch.reading import Row, readings
from pipeline.watch.rules import Rule

_REPORTS = "reports"
_LEDGER = ("queue", "fatal", "escalations")
_Asked = tuple[str, timedelta | None]


@dataclass
class Seen:
    """A session on the lake that tells what rules see at a moment.

    Attributes:
        con: the session.
        home: the home folder.
        rules: those that are asked for.
        moment: that the tables `retry_ledger`, `manifests` and `owed` of the session show.
    """

    con: duckdb.DuckDBPyConnection
    home: Path
    rules: Sequence[Rule]
    moment: datetime | None = None
    rows: dict[_Asked, list[Row]] = field(default_factory=dict)

    def readings(self, moment: datetime) -> dict[Key, Reading]:
        """What every rule sees at a moment in UTC without a zone."""
        self._turn(moment)
        found: dict[Key, Reading] = {}
        for rule in self.rules:
            found |= readings(rule, self._rows(rule))
        return found

    def _turn(self, moment: datetime) -> None:
        """Show the lake as it knew itself at a moment."""
        self.rows.clear()
        self.moment = moment
        asked = {rule.measured.query for rule in self.rules}
        then = ["manifests", *(["ledger"] if asked.intersection(_LEDGER) else [])]
        for name in then:
            table = "retry_ledger" if name == "ledger" else name
            made = f"CREATE OR REPLACE TEMP TABLE {table} AS {query(f'watch/{name}_then')}"
            self.con.execute(made, {"moment": moment})
        if _REPORTS in asked:
            owed.calendar(self.con, self.home, moment.date())

    def _rows(self, rule: Rule) -> list[Row]:
        """The rows of a rule's metric; of several that ask the same it is asked once."""
        key = (rule.measured.query, rule.within)
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
        asked = {rule.measured.query for rule in rules}
        con.execute("CREATE TEMP TABLE manifest_history AS FROM manifests")
        if asked.intersection(_LEDGER):
            con.execute(f"CREATE TEMP TABLE ledger_history AS {query('watch/ledger_history')}")
            # Made before the table of its name hides the lake's, and read after.
            con.execute("CREATE TEMP TABLE retry_ledger AS FROM main.retry_ledger LIMIT 0")
            con.execute(f"CREATE TEMP VIEW ledger_state AS {query('ledger/state')}")
        if any(rule.metric is Metric.SOURCE_SILENCE for rule in rules):
            sources = pl.DataFrame({"source": _fetched(home)}, schema={"source": pl.String()})
            con.register("fetched_sources", sources)
        yield Seen(con, home, rules)


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


def _fetched(home: Path) -> Iterable[str]:
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
