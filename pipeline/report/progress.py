"""A progress bar on stderr: bytes, lines a second and the time that is left."""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pipeline.report import layout

PATIENCE_S = 1.0
"""Anything that ends before shows no bar."""

_PACKED = {".gz", ".zst", ".zip"}


class Bar:
    """A bar that shows itself once a report takes longer than `PATIENCE_S`.

    A compressed report does not say how many bytes it holds: its bar has no end.
    """

    def __init__(self, path: Path, progress: Progress) -> None:
        """A bar for one report, not shown yet."""
        self._name = path.name
        self._progress = progress
        self._begun = time.monotonic()
        self._total: int | None = None
        self._lines = 0
        self._stage, self._stage_begun = "", self._begun
        with suppress(OSError):
            self._total = None if path.suffix in _PACKED else path.stat().st_size

    def __call__(self, stage: str, offset: int, lines: int) -> None:
        """Told how far an ingest has come, in bytes while it reads and in lines while it writes."""
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._stage_begun = stage, now
        if now - self._begun < PATIENCE_S:
            return
        reading = stage == "reading"
        if reading:
            self._lines = lines
        task = self._task(stage)
        self._progress.start()
        self._progress.update(
            task,
            total=self._total if reading else max(self._lines, lines),
            completed=offset if reading else lines,
            told=f"{layout.size(offset)}, " if reading else "",
            lines=lines,
            rate=lines / max(now - self._stage_begun, 1e-3),
        )

    def _task(self, stage: str) -> TaskID:
        described = f"{layout.shortened(self._name, 30)}: {stage}"
        for task in self._progress.tasks:
            if task.description == described:
                return task.id
            self._progress.update(task.id, visible=False)
        return self._progress.add_task(described, told="", lines=0, rate=0.0)


class _Told(ProgressColumn):
    """Bytes, lines, and lines a second in this stage."""

    def render(self, task: Task) -> Text:
        told, lines, rate = (task.fields[name] for name in ("told", "lines", "rate"))
        return Text(f"{told}{lines:,} lines, {rate:,.0f} lines/s")


@contextmanager
def bar(path: Path) -> Iterator[Bar]:
    """A bar for one report, gone when the block ends; never shown where stderr is no terminal."""
    console = Console(stderr=True)
    progress = Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=20),
        _Told(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_interactive,
    )
    try:
        yield Bar(path, progress)
    finally:
        progress.stop()
