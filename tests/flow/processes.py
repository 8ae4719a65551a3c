"""Real processes that do one thing to a home each, and can be killed.

They are forked from a server that has imported everything and started nothing: a process of its
own for a tenth of a second.
"""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.flow import notices, replay, restating
from pipeline.flow.entries import Choice
from pipeline.flow.replacement import Replacement
from pipeline.settings import load
from pipeline.store import lake
from pipeline.store.steps import Step
from tests.flow import senders
from tests.flow.homes import take

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__, "pipeline.contract.schemas"])

Command = Callable[..., Any]


def start(command: Command, *given: Any, die_at: Step | None = None) -> ForkServerProcess:
    """A process that carries out a command, and dies at a step where one is named."""
    process = _CONTEXT.Process(target=_run, args=(command, die_at, given))
    process.start()
    return process


def ended(process: ForkServerProcess) -> int:
    """The exit code of a process, once it has ended; of a killed one minus the signal."""
    process.join(600)
    assert process.exitcode is not None
    return process.exitcode


def _run(command: Command, die_at: Step | None, given: tuple[Any, ...]) -> None:
    if die_at is not None:
        os.environ["ROYALTY_DIE_AT"] = die_at.value
    try:
        command(*given)
    except PipelineError as error:
        sys.exit(error.exit_code)


def ingest(home: Path, report: Path, at: datetime) -> None:
    """Take a report."""
    take(report, home, load(home), at=at)


def correct(home: Path, report: Path, at: datetime, replaced: str) -> None:
    """Take a report that replaces another."""
    word = Replacement((replaced,), "corrected", "ada")
    take(report, home, load(home), at=at, replacement=word)


def restate(home: Path, manifest: str, at: datetime, replaced: str) -> None:
    """Have a report that was taken replace another."""
    word = Replacement((replaced,), "corrected", "ada")
    restating.restate(home, load(home), at, manifest, word)


def slow_ingest(home: Path, report: Path, at: datetime, read: Path, go: Path) -> None:
    """Take a report; `read` is there once it is read and written, `go` lets it be committed."""

    def rest(stage: str, _bytes: int, _lines: int) -> None:
        if stage == "writing":
            read.touch()
            awaited(go)

    take(report, home, load(home), at=at, progress=rest)


def collect(home: Path) -> None:
    """Look at every source whose turn it is."""
    senders.look(home)


def keep(home: Path, notice_id: str) -> None:
    """Make a notice durable."""
    notices.keep(home, senders.notice(notice_id))


def retry(home: Path, at: datetime) -> None:
    """Judge again what is due."""
    replay.retry(home, load(home), at)


def release(home: Path, at: datetime) -> None:
    """Free whatever is on hold."""
    word = {"reason": "checked", "name": "ada"}
    replay.release(home, load(home), at, Choice(everything=True), **word)


def look(home: Path, seen: Path) -> None:
    """Look at the lake once; `seen` then holds how many deliveries there are.

    Raises:
        AssertionError: one session, as a notebook has it, did not see a whole.
    """
    with lake.reading(home, load(home)) as con:
        ((deliveries, lines),) = con.execute(
            "SELECT count(*), coalesce(sum(lines), 0) FROM manifests"
        ).fetchall()
        held = [
            con.execute(f"SELECT count(*) FROM {table}").fetchall()[0][0]  # noqa: S608 - constants
            for table in ("sales", "staged", "quarantine")
        ]
        off = con.execute("FROM conservation WHERE difference <> 0").fetchall()
    assert (sum(held), off) == (lines, [])
    seen.write_text(str(deliveries), encoding="utf-8")


def awaited(mark: Path) -> None:
    """Return once a file is there."""
    end = time.monotonic() + 600
    while not mark.exists():
        assert time.monotonic() < end
        time.sleep(0.01)
