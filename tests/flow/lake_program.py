"""A small writer of lakes, as functions and as a program, so that tests can kill it.

A delivery of it has four lines: two sales of 1.25 and 2.50 EUR, one line of 4 EUR that is staged as
unmatched, one of 8 EUR that is quarantined. A replay turns staged lines into sales.
"""

import os
import sys
import time
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.columns import TABLES
from pipeline.faults import ledger
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.records import ALERTS, MANIFESTS, REPORTED, SUMS
from pipeline.vocab import Fault, Outcome

ROOT = Path(__file__).resolve().parents[2]
AT = datetime(2026, 9, 1, 10, 30, tzinfo=UTC)
PERIOD = "2026-08"
UNSTABLE = ("at", "run", "decided_at", "first_at", "last_at", "next_attempt_at", "alert_id")


def frame(schema: dict[str, pl.DataType], rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a table's frame: what a row does not name is null, other names are left out."""
    whole = [{name: row.get(name) for name in schema} for row in rows]
    return pl.DataFrame(whole, schema=schema, orient="row")


def sealed(run: lake.Run, table: str, rows: list[dict[str, Any]], name: str = "0") -> lake.NewFile:
    """A file of a run with these rows, whole on disk."""
    path = run.file(table, name)
    frame(TABLES[table], rows).write_parquet(path)
    return lake.seal(path, table, len(rows))


def batch(run: lake.Run, manifest: str) -> lake.Batch:
    """What a delivery comes to."""
    place = {"manifest": manifest, "accounting_period": PERIOD, "currency": "EUR"}
    lines = pl.DataFrame(
        [
            {**place, "line": n + 2, "offset": 100 * n, "amount": Decimal(amount), "raw": raw}
            for n, (amount, raw) in enumerate([("4", b"four"), ("8", b"eight")])
        ]
    )
    lines = ledger.line_ids(lines).with_columns(
        fault=pl.Series([Fault.UNMATCHED, Fault.BAD_QUOTING], dtype=pl.String())
    )
    events = ledger.opened(lines, at=run.at, run=run.id, settings=Settings())
    staged, broken = lines.with_columns(run=pl.lit(run.id)).to_dicts()
    sales = [
        {**place, "line": n, "offset": n, "amount": Decimal(amount), "run": run.id}
        for n, amount in enumerate(["1.25", "2.50"], 10)
    ]
    sums = {"matched": (2, "3.75"), "unmatched": (1, "4"), "quarantined": (1, "8")}
    return lake.Batch(
        files=[
            sealed(run, "sales", sales),
            sealed(run, "staged", [{**staged, "status": "unmatched"}]),
            sealed(run, "quarantine", [broken]),
            sealed(run, "retry_ledger", events.to_dicts()),
        ],
        manifests=frame(MANIFESTS, [{**place, "source": "test", "lines": 4}]),
        reported=frame(REPORTED, [{**place, **_sum(4, "15.75")}]),
        sums=frame(SUMS, [{**place, "status": s, **_sum(*sum_)} for s, sum_ in sums.items()]),
        alerts=frame(ALERTS, [{**place, "severity": "high", "lines": 1, "amount": Decimal(8)}]),
    )


def ingest(home: Path, manifest: str, settings: Settings, at: datetime = AT) -> str:
    """Commit a delivery."""
    lake.ensure_views(home, settings)
    with lake.begin(home, "ingest", at) as run:
        return lake.commit(home, run, batch(run, manifest), settings)


def replay(home: Path, settings: Settings, at: datetime = AT) -> str:
    """Turn all staged lines into sales, under the lock for the whole of it."""
    with lake.exclusive(home, settings), lake.begin(home, "retry", at) as run:
        names = lake.files(home, "staged", settings)["name"].to_list()
        with lake.reading(home, settings) as con:
            staged = con.sql("FROM staged").pl()
            states = con.sql("FROM ledger_state WHERE is_open AND tier = 'recoverable'").pl()
        if staged.is_empty():
            return "unchanged"
        events = ledger.closed(states, Outcome.RESOLVED, at=run.at, run=run.id)
        sales = [{**line, "run": run.id} for line in staged.to_dicts()]
        moved = [
            {**line, "status": status, **_sum(sign, str(sign * line["amount"]))}
            for line in sales
            for status, sign in (("unmatched", -1), ("matched", 1))
        ]
        found = lake.Batch(
            files=[
                sealed(run, "sales", sales),
                sealed(run, "retry_ledger", events.to_dicts()),
            ],
            replaced={"staged": names},
            sums=frame(SUMS, moved),
        )
        return lake.commit(home, run, found, settings)


def content(home: Path, settings: Settings | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """All that a reader of the lake sees, but for clocks and names of runs."""
    names = (
        *(*TABLES, "manifests", "reported", "sums", "alerts", "contents", "endings"),
        *("ledger_state", "conservation"),
    )
    with lake.reading(home, settings or Settings()) as con:
        tables = {name: con.sql(f"FROM {name}").pl() for name in names}
    return {
        name: sorted(table.drop(UNSTABLE, strict=False).rows(), key=repr)
        for name, table in tables.items()
    }


def command(home: Path, action: str, *rest: str) -> list[str]:
    """The command that runs this program."""
    return [sys.executable, __file__, str(home), action, *rest]


def environment(**more: str) -> dict[str, str]:
    """The environment that this program needs, and more."""
    return {**os.environ, "PYTHONPATH": str(ROOT), **more}


def _sum(lines: int, amount: str) -> dict[str, Any]:
    return {"lines": lines, "amount": Decimal(amount), "unreadable_lines": 0}


def say(what: object) -> None:
    """Tell the test that reads this process's output."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main(home: Path, action: str, *rest: str) -> None:
    """Do one thing to a home: `ingest MANIFEST`, `replay`, `sweep`, `hold`."""
    settings = Settings(lock_wait_s=30)
    match action:
        case "ingest":
            say(ingest(home, rest[0], settings))
        case "replay":
            say(replay(home, settings))
        case "sweep":
            say(lake.sweep(home, Settings(lock_wait_s=30, keep_replaced_days=0), AT))
        case "hold":
            with lake.exclusive(home, settings), lake.begin(home, "retry", AT):
                say("held")
                time.sleep(60)
        case _:
            raise SystemExit(2)


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
