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
from pipeline.flow import replay
from pipeline.flow.entries import Choice
from pipeline.store import lake
from pipeline.store.steps import Step
from tests.flow.homes import SETTINGS, take

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload([__name__])

Command = Callable[..., Any]


def start(command: Command, *given: Any, die_at: Step | None = None) -> ForkServerProcess:
    """A process that carries out a command, and dies at a step where one is named."""
    process = _CONTEXT.Process(target=_run, args=(command, die_at, given))
    process.start()
    return process


def ended(process: ForkServerProcess) -> int:
    """The exit code of a process, once it has ended; of a killed one minus the signal."""
    process.join(120)
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
    take(report, home, at=at)


def slow_ingest(home: Path, report: Path, at: datetime, mark: Path, seconds: float) -> None:
    """Take a report, and rest between reading and writing; `mark` is there from then on."""

    def rest(stage: str, _bytes: int, _lines: int) -> None:
        if stage == "writing":
            mark.touch()
            time.sleep(seconds)

    take(report, home, at=at, progress=rest)


def retry(home: Path, at: datetime) -> None:
    """Judge again what is due."""
    replay.retry(home, SETTINGS, at)


def release(home: Path, at: datetime) -> None:
    """Free whatever is on hold."""
    replay.release(home, SETTINGS, at, Choice(everything=True), reason="checked", name="ada")


def read(home: Path, mark: Path) -> None:
    """Look at the lake once; `mark` holds what was seen: the deliveries, and what does not add up.

    Each look is one session, as a notebook's: what it sees must be whole.
    """
    looks = []
    with lake.reading(home, SETTINGS) as con:
        counts = con.execute("SELECT count(*) FROM manifests").fetchall()
        off = con.execute("SELECT * FROM conservation WHERE difference <> 0").fetchall()
        rows = con.execute(
            "SELECT (SELECT count(*) FROM sales) + (SELECT count(*) FROM staged)"
            " + (SELECT count(*) FROM quarantine) - (SELECT coalesce(sum(lines), 0) FROM manifests)"
        ).fetchall()
        looks.append((counts, off, rows))
    mark.write_text(repr(looks), encoding="utf-8")
