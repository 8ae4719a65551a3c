"""Replays: lines that were held back move on, from `staged` and without their manifest."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.errors import UsageError
from pipeline.faults import ledger, route
from pipeline.flow import entries as named_entries
from pipeline.flow.entries import Choice
from pipeline.flow.moves import ReplayReport
from pipeline.flow.replaying import EXCLUDED, Lifted, Replay, judge_again, replaying
from pipeline.flow.touched import since_retry
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Fault, Kind, Outcome, Status

_KEY = [*named_entries.DELIVERY, "asset"]
_LIFTED = {
    Kind.ASSET: Fault.ASSET_HALTED,
    Kind.MANIFEST: Fault.OUT_OF_BALANCE,
}


def retry(home: Path, settings: Settings, at: datetime, *, force: bool = False) -> ReplayReport:
    """Judge again the lines that wait for the catalog, where it may have something new for them.

    That is where the identity is touched by what has changed in the catalog since it was judged
    (see `touched`). An untouched one would be decided as before: its lines are not judged, but one
    that is due has had its attempt.

    Args:
        home: the home folder.
        settings: the backoff's, and the lock's.
        at: the run's clock reading, aware.
        force: whether every open line is judged, touched or not.
    """
    begun = time.monotonic()
    with replaying(home, settings, at, "retry") as replay:
        awaiting = _awaiting(replay)
        due = awaiting.filter(pl.lit(force) | ledger.is_due(at))["ledger_id"]
        touched = since_retry(home, settings, replay.desk)
        if force:
            touched = replace(touched, since=None)
        asked: list[pl.DataFrame] = []
        untouched: list[pl.Series] = []

        def lifted(rows: pl.DataFrame) -> Lifted:
            waits = rows["ledger_id"].is_in(awaiting["ledger_id"].implode())
            concerned, identities = touched.of(rows.filter(waits))
            judged = rows.filter(waits).filter(concerned)["ledger_id"].implode()
            asked.append(identities)
            untouched.append(rows.filter(waits).filter(~concerned)["ledger_id"])
            return rows["ledger_id"].is_in(judged), np.zeros(rows.height, dtype=np.uint32)

        judge_again(replay, lifted, attempt=True)
        _attempt(replay, due, untouched)
        if asked:
            told = pl.concat(asked).unique()
            replay.moves.identities_waiting = told.height
            replay.moves.identities_judged = told.filter("touched").height
    return replay.moves.report(time.monotonic() - begun)


def _awaiting(replay: Replay) -> pl.DataFrame:
    """The entries of lines that wait for the catalog."""
    awaited = ~pl.col("fault").is_in([fault.value for fault in ledger.AWAITS_PERSON])
    recoverable = pl.col("kind").eq(Kind.LINE.value) & pl.col("is_open") & awaited
    fatal = [fault.value for fault in route.OF_LINES if route.BIT[fault] & route.FATAL]
    return replay.states.filter(recoverable & ~pl.col("fault").is_in(fatal))


def _attempt(replay: Replay, due: pl.Series, untouched: list[pl.Series]) -> None:
    """Book an attempt of the due lines that were not judged: it came to the same."""
    if untouched:
        same = due.is_in(pl.concat(untouched).implode())
        states = replay.states.filter(pl.col("ledger_id").is_in(due.filter(same).implode()))
        replay.moves.attempted += states.height
        replay.attempted(states)


def release(
    home: Path,
    settings: Settings,
    at: datetime,
    choice: Choice,
    *,
    reason: str,
    name: str,
) -> ReplayReport:
    """End halts of assets and holds of manifests, and judge their lines again.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        choice: which of them.
        reason: why, for the ledger.
        name: who says so.

    Raises:
        UsageError: nothing, or nothing that can be released, is named; reason or name is blank.
    """
    begun = time.monotonic()
    detail = _signed("released", reason, name)
    with replaying(home, settings, at, "release") as replay:
        with lake.reading(home, settings) as con:
            groups = named_entries.releasable(con, choice)
        judge_again(replay, partial(_held_by, groups))
        chosen = replay.states.join(groups.select("ledger_id"), on="ledger_id", how="semi")
        replay.close(chosen, Outcome.RELEASED, detail)
    return replay.moves.report(time.monotonic() - begun)


def _held_by(groups: pl.DataFrame, rows: pl.DataFrame) -> Lifted:
    """The lines of a staged file that some halts and holds hold, and the faults that go."""
    lifted = np.zeros(rows.height, dtype=np.uint32)
    for kind, fault in _LIFTED.items():
        keys = _KEY if kind is Kind.ASSET else _KEY[:-1]
        marked = groups.filter(place=kind.value).select(keys).unique()
        joined = rows.select(*keys, "faults").join(
            marked.with_columns(_held=True), on=keys, how="left", maintain_order="left"
        )
        held = joined["_held"].fill_null(value=False) & joined["faults"].list.contains(fault.value)
        lifted |= np.where(held.to_numpy(), route.BIT[fault], 0).astype(np.uint32)
    return pl.Series(lifted != 0), lifted


def exclude(
    home: Path,
    settings: Settings,
    at: datetime,
    *,
    reason: str,
    name: str,
    entries: Sequence[str],
) -> ReplayReport:
    """End the life of lines: they are counted as excluded from now on, and never paid.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        reason: why, for the ledger.
        name: who says so.
        entries: ids of staged or quarantined lines.

    Raises:
        UsageError: an id names no such line, or one that is excluded already.
    """
    begun = time.monotonic()
    detail = _signed("excluded", reason, name)
    if not entries:
        raise UsageError("nothing is named to exclude", "give the ids of lines")
    with replaying(home, settings, at, "exclude") as replay:
        with lake.reading(home, settings) as con:
            lines = named_entries.named(con, entries)
        _refuse_unexcludable(lines)
        ids = lines["ledger_id"].implode()
        ended = pl.concat(
            _end(replay, table, file, rows, ending)
            for table in ("staged", "quarantine")
            for file, rows in replay.files(table)
            if (ending := rows["ledger_id"].is_in(ids)).any()
        )
        known = replay.state_of(ended)
        replay.close(known, Outcome.DISCARDED, detail)
        _discard_unknown(replay, ended.join(known, on="ledger_id", how="anti"), detail)
    return replay.moves.report(time.monotonic() - begun)


def _refuse_unexcludable(lines: pl.DataFrame) -> None:
    for ledger_id, place, status in lines.select("ledger_id", "place", "status").iter_rows():
        if place not in {"staged", "quarantine"}:
            raise UsageError(
                f"{ledger_id[:8]} stands for many lines, not for one",
                "release it, or exclude its lines by their own ids",
            )
        if status == EXCLUDED:
            raise UsageError(f"{ledger_id[:8]} is excluded already", "nothing was changed")


def _end(
    replay: Replay, table: str, file: str, rows: pl.DataFrame, ending: pl.Series
) -> pl.DataFrame:
    """Move lines of one file to the excluded ones, and tell what the ledger must know of them."""
    before = rows.filter(ending)
    old = pl.col("status") if table == "staged" else pl.lit(Status.QUARANTINED.value)
    gone = before.with_columns(old=old, new=pl.lit(EXCLUDED)).with_columns(
        status=pl.lit(EXCLUDED),
        candidates=pl.lit([], dtype=pl.List(pl.String)),
        run=pl.lit(replay.run.id),
    )
    replay.moves.attempted += gone.height
    replay.moves.moved(gone)
    replay.moves.replace(table, file, rows.filter(~ending))
    replay.moves.write(gone, "staged")
    named = [name for name in ledger.ENTRY if name in before.columns and name != "fault"]
    return before.select(*named, route.deciding(route.sets_of(before["faults"])))


def _discard_unknown(replay: Replay, lines: pl.DataFrame, detail: str) -> None:
    """Begin and end an entry for lines that had none of their own: a group stood for them."""
    if not lines.height:
        return
    run = replay.run
    opened = ledger.opened(lines, at=run.at, run=run.id, settings=replay.settings)
    replay.moves.write(opened, "retry_ledger")
    replay.close(ledger.state(opened), Outcome.DISCARDED, detail)


def _signed(what: str, reason: str, name: str) -> str:
    """A person's word for the ledger."""
    if not reason.strip() or not name.strip():
        raise UsageError(f"nothing is {what} without a reason and a name", "give --reason and --by")
    return f"{what} by {name.strip()}: {reason.strip()}"
