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
from pipeline.flow import imbalance
from pipeline.flow.control import Word
from pipeline.flow.ending import end_delivery, end_lines, ending_of
from pipeline.flow.entries import Choice
from pipeline.flow.moves import ReplayReport
from pipeline.flow.replaying import EXCLUDED, Lifted, Replay, judge_again, replaying
from pipeline.flow.touched import since_retry
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Ending, Fault, Kind, Outcome

_KEY = [*named_entries.DELIVERY, "asset"]
_LIFTED = {
    Fault.ASSET_HALTED: Kind.ASSET,
    Fault.OUT_OF_BALANCE: Kind.MANIFEST,
    Fault.POSSIBLE_DUPLICATE: Kind.MANIFEST,
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
    detail = signed("released", reason, name)
    word = Word(reason.strip(), name.strip())
    with replaying(home, settings, at, "release") as replay:
        with lake.reading(home, settings) as con:
            groups = named_entries.releasable(con, choice)
        lift(replay, groups)
        chosen = replay.states.join(groups.select("ledger_id"), on="ledger_id", how="semi")
        told = imbalance.accept(replay, chosen, word)
        replay.close(chosen.filter(~pl.col("ledger_id").is_in(told)), Outcome.RELEASED, detail)
    return replay.moves.report(time.monotonic() - begun)


def lift(replay: Replay, groups: pl.DataFrame) -> None:
    """Judge the lines again that halts and holds hold, without the faults that these give them.

    Args:
        replay: at work.
        groups: the entries, with `place` (their kind), `manifest`, `accounting_period`, `asset`.
    """
    judge_again(replay, partial(held_by, groups))


def held_by(groups: pl.DataFrame, rows: pl.DataFrame) -> Lifted:
    """The lines of a staged file that some halts and holds hold, and the faults that go."""
    lifted = np.zeros(rows.height, dtype=np.uint32)
    for fault, kind in _LIFTED.items():
        keys = _KEY if kind is Kind.ASSET else _KEY[:-1]
        marked = groups.filter(place=kind.value, fault=fault.value).select(keys).unique()
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

    A report that is on hold as a possible duplicate is one as a whole: all its lines end.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        reason: why, for the ledger.
        name: who says so.
        entries: ids of staged or quarantined lines, of reports that may be duplicates, or of one
            whose signature was another.

    Raises:
        UsageError: an id names no such line, or one that is excluded already.
    """
    begun = time.monotonic()
    detail = signed("excluded", reason, name)
    if not entries:
        raise UsageError("nothing is named to exclude", "give the ids of lines")
    with replaying(home, settings, at, "exclude") as replay:
        with lake.reading(home, settings) as con:
            lines = named_entries.named(con, entries)
        aside = lines.filter(_IS_ASIDE)
        replay.close(replay.state_of(aside), Outcome.DISCARDED, detail)
        lines = lines.filter(~_IS_ASIDE)
        repeated = lines.filter(_IS_REPEATED)
        single = lines.filter(~_IS_REPEATED)
        _refuse_unexcludable(single)
        if single.height and repeated.height:
            raise UsageError("both lines and a whole report are named", "exclude them one by one")
        if single.height:
            end_lines(replay, single, detail)
        for key in repeated.select(named_entries.DELIVERY).iter_rows():
            end_delivery(replay, key, Ending.DUPLICATE, detail)
            replay.moves.record(ending_of(key, Ending.DUPLICATE, reason=reason, name=name))
    return replay.moves.report(time.monotonic() - begun)


_IS_ASIDE = (pl.col("place") == Kind.MANIFEST.value) & (
    pl.col("fault") == Fault.SIGNATURE_MISMATCH.value
)
_IS_REPEATED = (pl.col("place") == Kind.MANIFEST.value) & (
    pl.col("fault") == Fault.POSSIBLE_DUPLICATE.value
)


def _refuse_unexcludable(lines: pl.DataFrame) -> None:
    for ledger_id, place, status in lines.select("ledger_id", "place", "status").iter_rows():
        if place not in {"staged", "quarantine"}:
            raise UsageError(
                f"{ledger_id[:8]} stands for many lines, not for one",
                "release it, or exclude its lines by their own ids",
            )
        if status == EXCLUDED:
            raise UsageError(f"{ledger_id[:8]} is excluded already", "nothing was changed")


def signed(what: str, reason: str, name: str) -> str:
    """A person's word for the ledger."""
    if not reason.strip() or not name.strip():
        raise UsageError(f"nothing is {what} without a reason and a name", "give --reason and --by")
    return f"{what} by {name.strip()}: {reason.strip()}"
