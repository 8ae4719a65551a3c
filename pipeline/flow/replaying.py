"""A replay at work: the lake is locked, lines are judged again, and what comes of it is committed.

A replay holds the commit lock from its first reading to its commit, so what it replaces is what it
has read. Each file is taken by itself, and replaced where a line of it has changed.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipeline.faults import ledger, route
from pipeline.flow import guard, matches
from pipeline.flow.desk import desk
from pipeline.flow.emit import GROUPED
from pipeline.flow.judging import Desk, is_kept
from pipeline.flow.moves import Moves
from pipeline.flow.redecide import redecided
from pipeline.flow.settle import Flags
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Fault, Outcome, Status

EXCLUDED = Status.EXCLUDED.value

Lifted = tuple[pl.Series, route.Sets]
"""Which lines of a staged file are judged again, and the faults that go from each."""


@dataclass(frozen=True)
class Replay:
    """A replay at work: the lake is locked, and `states` is what its ledger says.

    `own` are the files of a run that is about to be committed, where those are judged again and
    not the lake's.
    """

    home: Path
    settings: Settings
    run: lake.Run
    desk: Desk
    states: pl.DataFrame
    moves: Moves
    own: Sequence[lake.NewFile] | None = None

    def files(self, table: str) -> Iterator[tuple[str, pl.DataFrame]]:
        """Name and rows of each file of a table."""
        if self.own is not None:
            for file in self.own:
                if file.table == table:
                    yield file.path.name, pl.read_parquet(file.path)
            return
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

    def compared(self, decided: pl.DataFrame) -> None:
        """Write what lines that were judged anew were compared with."""
        run = self.run
        anew = matches.told_again(decided, self.desk.version)
        self.moves.write(
            anew.with_columns(decided_at=pl.lit(run.at), run=pl.lit(run.id)), "matches"
        )

    def attempted(self, states: pl.DataFrame) -> None:
        """Write the events of an attempt after which entries still wait."""
        if states.height:
            run = self.run
            events = ledger.retried(states, at=run.at, run=run.id, settings=self.settings)
            self.moves.escalated += events.filter(outcome=Outcome.ESCALATED.value).height
            self.moves.write(events, "retry_ledger")


@contextmanager
def replaying(
    home: Path,
    settings: Settings,
    at: datetime,
    kind: str,
    decisions: pl.DataFrame | None = None,
) -> Iterator[Replay]:
    """Hold the lock while a replay works, and commit what it found.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        kind: what runs.
        decisions: new ones, which are in force while it works and are committed with what it found.
    """
    with (
        lake.exclusive(home, settings),
        lake.begin(home, kind, at) as run,
        desk(home, settings, decisions) as at_desk,
    ):
        with lake.reading(home, settings) as con:
            states = con.sql("FROM ledger_state").pl()
        states = states.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC"))
        replay = Replay(home, settings, run, at_desk, states, Moves(run))
        yield replay
        batch = replay.moves.batch()
        batch.basis = at_desk.basis
        if decisions is not None:
            batch.decisions = decisions
        in_books = (batch.decisions, batch.control, batch.remittances)
        if batch.files or batch.replaced or any(rows.height for rows in in_books):
            lake.commit(home, run, batch, settings)


def judge_again(
    replay: Replay,
    chosen: Callable[[pl.DataFrame], Lifted],
    *,
    attempt: bool = False,
) -> None:
    """Judge chosen lines of every staged file again, and move those that are free."""
    names = pl.Series([status.value for status in route.STATUSES])
    for file, rows in replay.files("staged"):
        asked, lifted = chosen(rows)
        open_rows = asked & is_open(rows)
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
        tell(replay, before, after, sets, dependent, attempt=attempt)
        changed = free | (before["faults"] != after["faults"]) | (before["status"] != status)
        changed |= before["candidates"] != after["candidates"]
        if not changed.any():
            continue
        at = replay.run.at
        replay.compared(decided.filter(changed))
        sold = after.filter(free).with_columns(decided_at=pl.lit(at), run=pl.lit(replay.run.id))
        guard.refuse_broken("sales", sold)
        replay.moves.write(sold, "sales")
        replay.moves.write(sold.filter(is_kept(replay.desk.rulings)), "payloads")
        waiting = after.filter(~free).with_columns(status=pl.col("new")).select(rows.columns)
        stay = pl.concat([rows.filter(~open_rows), waiting]).sort("offset")
        replay.moves.replace("staged", file, stay)


def is_open(rows: pl.DataFrame) -> pl.Series:
    """Whether a staged line may be judged again: what one line was excluded for is final."""
    by_decision = rows["faults"].list.contains(Fault.EXCLUDED_BY_DECISION.value)
    return (rows["status"] != EXCLUDED) | by_decision


_SETTLED = [route.STATUSES.index(status) for status in (Status.MATCHED, Status.EXCLUDED)]


def tell(
    replay: Replay,
    before: pl.DataFrame,
    after: pl.DataFrame,
    sets: route.Sets,
    dependent: Flags,
    *,
    attempt: bool,
) -> None:
    """Write what the ledger must know: entries that end, go on, or begin."""
    own = pl.Series(route.statuses(sets & ~GROUPED, dependent))
    blocked = ~own.is_in(_SETTLED)
    states = replay.state_of(before)
    known = after["ledger_id"].is_in(states["ledger_id"].implode())
    for outcome, place in zip((Outcome.RESOLVED, Outcome.DISCARDED), _SETTLED, strict=True):
        ended = after.filter((own == place) & known).select("ledger_id")
        replay.close(states.join(ended, on="ledger_id", how="semi"), outcome)
    run, settings = replay.run, replay.settings
    if attempt:
        again = after.filter(blocked & known).select("ledger_id", "fault")
        replay.attempted(states.drop("fault").join(again, on="ledger_id", how="inner"))
    new = after.filter(blocked & ~known)
    if new.height:
        # A reason that had gone may have come back.
        before_that = replay.states.select("ledger_id", "attempts")
        begun = new.join(before_that, on="ledger_id", how="left")
        events = ledger.opened(begun, at=run.at, run=run.id, settings=settings)
        replay.moves.write(events, "retry_ledger")
