"""What alarms did and whom they told, in the books: two tables that only grow."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract.columns import AMOUNT, CLOCK
from pipeline.settings import Settings
from pipeline.store import books, sessions
from pipeline.store.commit import publish
from pipeline.store.locks import exclusive
from pipeline.store.runs import Run
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach

_EVENTS: dict[str, pl.DataType] = {
    "seq": pl.Int64(),
    "alarm_id": pl.String(),
    "rule": pl.String(),
    "key": pl.String(),
    "state": pl.String(),
    "level": pl.String(),
    "severity": pl.String(),
    "metric": pl.String(),
    "value": AMOUNT,
    "limit": AMOUNT,
    "unit": pl.String(),
    "warning_since": CLOCK,
    "breach_since": CLOCK,
    "muted": pl.Boolean(),
    "detail": pl.String(),
    "until": CLOCK,
    "said_by": pl.String(),
    "reason": pl.String(),
}
_CALLS: dict[str, pl.DataType] = {
    "alarm_id": pl.String(),
    "channel": pl.String(),
    "outcome": pl.String(),
    "detail": pl.String(),
}


@dataclass(frozen=True)
class Event:
    """An event of an alarm; clocks are aware.

    Attributes:
        seq: its place among all events.
        alarm_id: its own id, by which a receiver knows it again.
        rule, key: the alarm; a silence of all keys has the key "".
        state: what it says.
        level: what stands told after it; null of a silence, as all up to `breach_since`.
        muted: whether a silence held.
        until: when a silence ends.
    """

    seq: int
    alarm_id: str
    rule: str
    key: str
    state: str
    level: str | None = None
    severity: str | None = None
    metric: str | None = None
    value: Decimal | None = None
    limit: Decimal | None = None
    unit: str | None = None
    warning_since: datetime | None = None
    breach_since: datetime | None = None
    muted: bool = False
    detail: str | None = None
    until: datetime | None = None
    said_by: str | None = None
    reason: str | None = None


@dataclass(frozen=True)
class CallMade:
    """A step of telling a channel of an event."""

    alarm_id: str
    channel: str
    outcome: str
    detail: str | None = None


def alarm_id(seq: int, rule: str, key: str, state: str, run: str) -> str:
    """The id of an event: a hash of its place and of what it says."""
    return hashlib.sha256("\0".join((str(seq), rule, key, state, run)).encode()).hexdigest()


def record(
    home: Path,
    run: Run,
    settings: Settings,
    events: Sequence[Event] = (),
    calls: Sequence[CallMade] = (),
    *,
    is_last: bool = True,
) -> None:
    """Append events, and steps of tellings, in one transaction.

    Args:
        home: the home folder.
        run: whose they are.
        settings: its settings.
        events: of alarms.
        calls: steps of tellings.
        is_last: whether the views are renewed; else the caller does so, when no more follows.

    Raises:
        LakeBusy: another writer holds the lake beyond `settings.lock_wait_s`.
        LakeDamaged: the books are lost or broken.
    """
    home = home.resolve()
    moment = run.at.replace(tzinfo=None)
    by = {"run_id": run.id, "moment": moment}
    with exclusive(home, settings):
        books.create(home)
        with books.writing(home, settings) as con:
            con.register("new_alarms", _frame(events, _EVENTS))
            con.register("new_calls", _frame(calls, _CALLS))
            con.begin()
            try:
                con.execute(query("lake/record_commit"), {**by, "kind_of_run": run.kind})
                con.execute(query("lake/record_alarms"), by)
                con.execute(query("lake/record_alarm_calls"), by)
            except BaseException:
                con.rollback()
                raise
            reach(Step.RECORDED)
            con.commit()
            reach(Step.COMMITTED)
        if is_last:
            publish(home, settings)


@contextmanager
def recorded(home: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session on `alarms` and `alarm_calls` as the books hold them, before views are renewed.

    Raises:
        LakeBusy: another writer keeps the books open beyond `settings.lock_wait_s`.
        LakeDamaged: they are lost or broken.
    """
    with sessions.session() as con:
        books.attach_current(con, home.resolve(), settings)
        for table in ("alarms", "alarm_calls"):
            con.execute(f"CREATE TEMP VIEW {table} AS {query(f'lake/{table}')}")
        yield con


def _frame(
    rows: Sequence[Event] | Sequence[CallMade], schema: dict[str, pl.DataType]
) -> pl.DataFrame:
    return pl.DataFrame([astuple(row) for row in rows], schema=schema, orient="row")
