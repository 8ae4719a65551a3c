"""Homes whose alarms are looked at: rules, looks at moments, and what came of them."""

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.faults import ledger
from pipeline.flow import alarms
from pipeline.flow.alarms import Checked
from pipeline.flow.telling import Speak
from pipeline.store import lake
from pipeline.store.records import CURSORS, FINDINGS
from pipeline.vocab import Fault, Outcome
from tests.flow.homes import AT, SETTINGS, asked

DEPTH = """
[rules.depth]
title = "entries that wait"
metric = "queue_depth"
warning = "0 entries"
breach = "2 entries"
"""
ONLY_LOG = '\n[channels.log]\nkind = "file"\npath = "told.jsonl"\n'


def after(days: float = 0, minutes: float = 0) -> datetime:
    """A moment after the first delivery."""
    return AT + timedelta(days=days, minutes=minutes)


def rules(home: Path, text: str, *, alone: bool = True) -> None:
    """Write rules of a home; `alone` switches the defaults off."""
    off = ""
    if alone:
        from pipeline.watch.rules import load

        (home / "alerts.toml").unlink(missing_ok=True)
        off = "".join(f"[rules.{one.name}]\noff = true\n" for one in load(home).rules)
    (home / "alerts.toml").write_text(off + text, encoding="utf-8")


def check(home: Path, at: datetime, speak: Speak | None = None) -> Checked:
    """Evaluate the rules."""
    return alarms.check(home, SETTINGS, at, speak)


def told(home: Path, at: datetime) -> list[str]:
    """What a look says, in one word and key each."""
    return [f"{one.state} {one.key}".strip() for one in check(home, at).events]


def events(home: Path) -> list[tuple[Any, ...]]:
    """Every event as the lake has it."""
    columns = (
        'a.at, rule, key, state, level, value, "limit", unit, warning_since, breach_since, detail'
    )
    return asked(home, f"SELECT {columns} FROM alarms AS a ORDER BY seq")  # noqa: S608 - constants


def waiting(home: Path, count: int, days: float = 0, fault: Fault = Fault.UNMATCHED) -> None:
    """Commit so many entries of the ledger that begin to wait, as an ingest would."""
    at = after(days)
    entries = pl.DataFrame(
        {
            "ledger_id": [
                hashlib.sha256(f"{days} {fault} {number}".encode()).hexdigest()
                for number in range(count)
            ],
            "manifest": ["m" * 64] * count,
            "accounting_period": ["2026-07"] * count,
            "fault": [fault.value] * count,
        }
    )
    with lake.begin(home, "ingest", at) as run:
        _appended(home, run, ledger.opened(entries, at=at, run=run.id, settings=SETTINGS))


def settled(home: Path, days: float) -> None:
    """Commit that whatever waits has been resolved, as a retry would."""
    at = after(days)
    with lake.reading(home, SETTINGS) as con:
        states = con.sql("FROM ledger_state WHERE is_open").pl()
    with lake.begin(home, "retry", at) as run:
        _appended(home, run, ledger.closed(states, Outcome.RESOLVED, at=at, run=run.id))


def _appended(home: Path, run: lake.Run, events: pl.DataFrame) -> None:
    path = run.file("retry_ledger", "0")
    events.write_parquet(path)
    lake.commit(
        home, run, lake.Batch(files=[lake.seal(path, "retry_ledger", events.height)]), SETTINGS
    )


def found(home: Path, at: datetime, rows: Iterable[dict[str, Any]]) -> None:
    """Commit findings of a delivery."""
    frame = pl.DataFrame(
        [{name: row.get(name) for name in FINDINGS} for row in rows], schema=FINDINGS
    )
    _committed(home, at, lake.Batch(findings=frame))


def fetched(home: Path, at: datetime, source: str, finished: datetime | None) -> None:
    """Commit what a fetch came to: how far the source is taken."""
    row = {"source": source, "round": 1, "seq": 1, "finished_at": finished}
    frame = pl.DataFrame([{name: row.get(name) for name in CURSORS}], schema=CURSORS)
    _committed(home, at, lake.Batch(cursors=frame))


def _committed(home: Path, at: datetime, batch: lake.Batch) -> None:
    with lake.begin(home, "test", at) as run:
        lake.commit(home, run, batch, SETTINGS)


def plain(moment: datetime) -> datetime:
    """A moment as the lake shows it."""
    return moment.astimezone(UTC).replace(tzinfo=None)
