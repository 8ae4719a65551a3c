"""Replays: lines that were held back move on, from `staged` and without their manifest.

A replay holds the commit lock from its first reading to its commit, so what it replaces is what it
has read. Each file is taken by itself, and replaced where a line of it has changed.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.errors import UsageError
from pipeline.faults import ledger, route
from pipeline.flow import entries as named_entries
from pipeline.flow.desk import desk
from pipeline.flow.emit import GROUPED
from pipeline.flow.moves import Moves, ReplayReport
from pipeline.flow.redecide import redecided
from pipeline.flow.settle import Desk
from pipeline.settings import Settings
from pipeline.store import catalog, lake
from pipeline.vocab import Fault, Kind, Outcome, Status

_KEY = [*named_entries.DELIVERY, "asset"]
_EXCLUDED = Status.EXCLUDED.value
_LIFTED = {
    Kind.ASSET: Fault.ASSET_HALTED,
    Kind.MANIFEST: Fault.OUT_OF_BALANCE,
}

Lifted = tuple[pl.Series, route.Sets]
"""Which lines of a staged file are judged again, and the faults that go from each."""


@dataclass(frozen=True)
class _Replay:
    """A replay at work: the lake is locked, and `states` is what its ledger says."""

    home: Path
    settings: Settings
    run: lake.Run
    desk: Desk
    states: pl.DataFrame
    moves: Moves

    def files(self, table: str) -> Iterator[tuple[str, pl.DataFrame]]:
        """Name and rows of each file of a table."""
        listed = lake.files(self.home, table, self.settings)
        for name, path in listed.select("name", "path").iter_rows():
            yield name, pl.read_parquet(path)

    def state_of(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The open entries of lines."""
        mine = rows.select("ledger_id")
        return self.states.filter(pl.col("is_open")).join(mine, on="ledger_id", how="semi")

    def close(self, states: pl.DataFrame, outcome: Outcome, detail: str | None = None) -> None:
        """Write the events that end entries."""
        if states.height:
            run = self.run
            events = ledger.closed(states, outcome, at=run.at, run=run.id, detail=detail)
            self.moves.write(events, "retry_ledger")


@contextmanager
def _replaying(home: Path, settings: Settings, at: datetime, kind: str) -> Iterator[_Replay]:
    """Hold the lock while a replay works, and commit what it found."""
    with (
        lake.exclusive(home, settings),
        lake.begin(home, kind, at) as run,
        desk(home, settings) as at_desk,
    ):
        with lake.reading(home, settings) as con:
            states = con.sql("FROM ledger_state").pl()
        states = states.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC"))
        replay = _Replay(home, settings, run, at_desk, states, Moves(run))
        yield replay
        batch = replay.moves.batch()
        if batch.files or batch.replaced:
            lake.commit(home, run, batch, settings)


def retry(home: Path, settings: Settings, at: datetime, *, force: bool = False) -> ReplayReport:
    """Judge again the lines whose time has come.

    That is where an entry is due, or where another catalog has become current since its last
    attempt: what it waited for may be there now.

    Args:
        home: the home folder.
        settings: the backoff's, and the lock's.
        at: the run's clock reading, aware.
        force: whether every open line is judged, due or not.
    """
    begun = time.monotonic()
    with _replaying(home, settings, at, "retry") as replay:
        due = _due(replay, at, _catalog_since(home), force=force)

        def lifted(rows: pl.DataFrame) -> Lifted:
            return rows["ledger_id"].is_in(due.implode()), np.zeros(rows.height, dtype=np.uint32)

        _judge_again(replay, lifted, attempt=True)
    return replay.moves.report(time.monotonic() - begun)


def _catalog_since(home: Path) -> datetime | None:
    """When the catalog of today became current."""
    if catalog.current(home) is None:
        return None
    return datetime.fromtimestamp((catalog.folder(home) / "current").stat().st_mtime, UTC)


def _due(
    replay: _Replay, at: datetime, catalog_since: datetime | None, *, force: bool
) -> pl.Series:
    """Ids of the lines to try again."""
    awaited = ~pl.col("fault").is_in([fault.value for fault in ledger.AWAITS_PERSON])
    recoverable = pl.col("kind").eq(Kind.LINE.value) & pl.col("is_open") & awaited
    fatal = [fault.value for fault in Fault if route.BIT[fault] & route.FATAL]
    when = pl.lit(force) | ledger.is_due(at)
    if catalog_since is not None:
        when = when | (pl.col("last_at") < catalog_since)
    open_lines = replay.states.filter(recoverable & ~pl.col("fault").is_in(fatal))
    return open_lines.filter(when)["ledger_id"]


def release(
    home: Path,
    settings: Settings,
    at: datetime,
    *,
    reason: str,
    name: str,
    entries: Sequence[str] | None = None,
    everything: bool = False,
    fault: str | None = None,
    manifest: str | None = None,
) -> ReplayReport:
    """End halts of assets and holds of manifests, and judge their lines again.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        reason: why, for the ledger.
        name: who says so.
        entries: ids of halts, holds, or quarantined lines whose asset is halted.
        everything: all that can be released.
        fault: those of a fault.
        manifest: those of a manifest, by its id or the beginning of it.

    Raises:
        UsageError: nothing, or nothing that can be released, is named; reason or name is blank.
    """
    begun = time.monotonic()
    detail = _signed("released", reason, name)
    with _replaying(home, settings, at, "release") as replay:
        with lake.reading(home, settings) as con:
            groups = named_entries.releasable(
                con, entries or (), everything=everything, fault=fault, manifest=manifest
            )
        _judge_again(replay, partial(_held_by, groups))
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


def _judge_again(
    replay: _Replay,
    chosen: Callable[[pl.DataFrame], Lifted],
    *,
    attempt: bool = False,
) -> None:
    """Judge chosen lines of every staged file again, and move those that are free."""
    names = pl.Series([status.value for status in route.STATUSES])
    for file, rows in replay.files("staged"):
        asked, lifted = chosen(rows)
        open_rows = asked & (rows["status"] != _EXCLUDED)
        if not open_rows.any():
            continue
        before = rows.filter(open_rows)
        decided, sets = redecided(before, replay.desk)
        sets &= ~lifted[open_rows.to_numpy()]
        dependent = decided["dependent"].to_numpy()
        status = names.gather(route.statuses(sets, dependent))
        after = decided.with_columns(
            faults=route.names_of(sets),
            old=pl.col("status"),
            new=status,
            fault=route.deciding(sets & ~GROUPED),
        )
        free = status == Status.MATCHED.value
        replay.moves.attempted += before.height
        replay.moves.moved(after)
        _tell(replay, before, after, sets, dependent, attempt=attempt)
        changed = free | (before["faults"] != after["faults"]) | (before["status"] != status)
        changed |= before["candidates"] != after["candidates"]
        if not changed.any():
            continue
        at = replay.run.at
        sold = after.filter(free).with_columns(
            score=pl.lit(None, dtype=pl.Float64), decided_at=pl.lit(at), run=pl.lit(replay.run.id)
        )
        replay.moves.write(sold, "sales")
        waiting = after.filter(~free).with_columns(status=pl.col("new")).select(rows.columns)
        stay = pl.concat([rows.filter(~open_rows), waiting]).sort("offset")
        replay.moves.replace("staged", file, stay)


def _tell(
    replay: _Replay,
    before: pl.DataFrame,
    after: pl.DataFrame,
    sets: route.Sets,
    dependent: np.ndarray[tuple[int], np.dtype[np.bool_]],
    *,
    attempt: bool,
) -> None:
    """Write what the ledger must know: entries that end, go on, or begin."""
    blocked = pl.Series(route.statuses(sets & ~GROUPED, dependent) != 0)
    states = replay.state_of(before)
    known = after["ledger_id"].is_in(states["ledger_id"].implode())
    ended = after.filter(~blocked & known).select("ledger_id")
    replay.close(states.join(ended, on="ledger_id", how="semi"), Outcome.RESOLVED)
    run, settings = replay.run, replay.settings
    if attempt:
        again = after.filter(blocked & known).select("ledger_id", "fault")
        going = states.drop("fault").join(again, on="ledger_id", how="inner")
        if going.height:
            events = ledger.retried(going, at=run.at, run=run.id, settings=settings)
            replay.moves.escalated += events.filter(outcome=Outcome.ESCALATED.value).height
            replay.moves.write(events, "retry_ledger")
    new = after.filter(blocked & ~known)
    if new.height:
        events = ledger.opened(new, at=run.at, run=run.id, settings=settings)
        replay.moves.write(events, "retry_ledger")


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
    with _replaying(home, settings, at, "exclude") as replay:
        with lake.reading(home, settings) as con:
            lines = named_entries.named(con, entries)
        _refuse_unexcludable(lines)
        ids = lines["ledger_id"].implode()
        for table in ("staged", "quarantine"):
            for file, rows in replay.files(table):
                ending = rows["ledger_id"].is_in(ids)
                if ending.any():
                    _end(replay, table, file, rows, ending)
        known = replay.state_of(lines)
        replay.close(known, Outcome.DISCARDED, detail)
        unknown = lines.join(known, on="ledger_id", how="anti")
        if unknown.height:
            _discard_unknown(replay, unknown, detail)
    return replay.moves.report(time.monotonic() - begun)


def _refuse_unexcludable(lines: pl.DataFrame) -> None:
    for ledger_id, place, status in lines.select("ledger_id", "place", "status").iter_rows():
        if place not in {"staged", "quarantine"}:
            raise UsageError(
                f"{ledger_id[:8]} stands for many lines, not for one",
                "release it, or exclude its lines by their own ids",
            )
        if status == _EXCLUDED:
            raise UsageError(f"{ledger_id[:8]} is excluded already", "nothing was changed")


def _end(replay: _Replay, table: str, file: str, rows: pl.DataFrame, ending: pl.Series) -> None:
    """Move lines of one file to the excluded ones."""
    before = rows.filter(ending)
    old = pl.col("status") if table == "staged" else pl.lit(Status.QUARANTINED.value)
    gone = before.with_columns(old=old, new=pl.lit(_EXCLUDED)).with_columns(
        status=pl.lit(_EXCLUDED),
        candidates=pl.lit([], dtype=pl.List(pl.String)),
        run=pl.lit(replay.run.id),
    )
    replay.moves.attempted += gone.height
    replay.moves.moved(gone)
    replay.moves.replace(table, file, rows.filter(~ending))
    replay.moves.write(gone, "staged")


def _discard_unknown(replay: _Replay, lines: pl.DataFrame, detail: str) -> None:
    """Begin and end an entry for lines that had none of their own."""
    run = replay.run
    faults = lines.with_columns(fault=pl.col("fault").fill_null(Fault.ASSET_HALTED.value))
    opened = ledger.opened(faults, at=run.at, run=run.id, settings=replay.settings)
    replay.moves.write(opened, "retry_ledger")
    replay.close(ledger.state(opened), Outcome.DISCARDED, detail)


def _signed(what: str, reason: str, name: str) -> str:
    """A person's word for the ledger."""
    if not reason.strip() or not name.strip():
        raise UsageError(f"nothing is {what} without a reason and a name", "give --reason and --by")
    return f"{what} by {name.strip()}: {reason.strip()}"
