"""Screens of fetching: live progress by source, what came of it, how sources stand."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from rich.console import Console
from rich.live import Live
from rich.text import Text

from pipeline.flow.fetch import Fetched, Heard, Tell
from pipeline.flow.fetch_status import SourceStatus
from pipeline.report import layout
from pipeline.report.layout import Column
from pipeline.report.progress import PATIENCE_S
from pipeline.sync.words import BreakerState, SyncState

_A_SECOND = 1.0


@contextmanager
def live() -> Iterator[Tell]:
    """Lines on stderr, one per source, that show themselves once a fetch takes a second."""
    console = Console(stderr=True)
    heard: dict[str, tuple[Heard, float]] = {}
    begun = time.monotonic()

    class Lines:
        """What is known now, drawn anew each time."""

        def __rich__(self) -> Text:
            now = time.monotonic()
            if now - begun < PATIENCE_S:
                return Text("")
            return Text("\n").join(_line(one, now - at) for one, at in heard.values())

    def tell(one: Heard) -> None:
        heard[one.source] = (one, time.monotonic())

    if not console.is_terminal:
        yield tell
        return
    with Live(Lines(), console=console, refresh_per_second=8, transient=True):
        yield tell


def _line(one: Heard, since_s: float) -> Text:
    """How far a source has come, and what it waits for."""
    told = f"{one.source}: {layout.count(one.pages, 'page')}, "
    told += f"{layout.count(one.manifests, 'report')}, {layout.size(one.bytes)}"
    left = one.wait_s - since_s
    if one.waiting and left > 0:
        told += f"; waits {left:.1f} s: {one.waiting}"
    if one.landing:
        told += "; into the lake"
    return layout.note(told)


def fetched_screen(found: Sequence[Fetched], width: int) -> Iterator[Text]:
    """What came of a fetch, one line per source, and what was waited for."""
    if not found:
        yield layout.note("no source has an API; write [api] into a profile in the home's sources")
        return
    columns = [
        Column("source", flexible=True),
        Column("state"),
        Column("reports", right=True),
        Column("lines", right=True),
        Column("pages", right=True),
        Column("bytes", right=True),
        Column("requests", right=True),
        Column("retries", right=True),
        Column("waits", flexible=True),
    ]
    rows = [
        [
            f"{'!' if one.state is SyncState.GAVE_UP else ''}{one.source}",
            one.state.value,
            f"{len(one.reports):,}",
            f"{sum(report.lines for report in one.reports):,}",
            f"{one.pages:,}",
            layout.size(one.bytes),
            f"{one.attempts:,}",
            f"{one.retries:,}",
            _waits(one),
        ]
        for one in found
    ]
    yield from layout.table(columns, rows, width, "red")
    for one in found:
        if one.plan:
            yield layout.note(f"{one.source} would ask {one.plan}")
        for report in one.reports:
            if report.error:
                yield layout.note(f"{one.source}: {report.error}", "red")


def _waits(one: Fetched) -> str:
    told = [f"{reason} {wait:.1f} s" for reason, wait in one.waits.items() if wait >= _A_SECOND]
    return ", ".join(told) or "–"


def status_screen(found: Sequence[SourceStatus], at: datetime, width: int) -> Iterator[Text]:
    """How sources stand, one line each."""
    columns = [
        Column("source", flexible=True),
        Column("cursor"),
        Column("last success (UTC)"),
        Column("next due"),
        Column("breaker"),
        Column("budget left", right=True),
        Column("waits", flexible=True),
    ]
    rows = [
        [
            f"{'' if one.breaker is BreakerState.CLOSED else '!'}{one.source}",
            one.cursor.replace(".000000Z", "Z") or "–",
            f"{one.last_success:%Y-%m-%d %H:%M}" if one.last_success else "–",
            layout.due(one.next_due, at) if one.next_due else "now",
            one.breaker.value,
            f"{one.budget_left:,}",
            _held_up(one, at),
        ]
        for one in found
    ]
    yield from layout.table(columns, rows, width, "red")


def _held_up(one: SourceStatus, at: datetime) -> str:
    told = []
    if one.under_way:
        told.append(f"round {one.under_way} goes on")
    if one.retries_waiting:
        due = layout.due(one.next_retry, at)
        told.append(f"{layout.count(one.retries_waiting, 'request')} again {due}")
    if one.blocked_s:
        told.append(f"its provider asks for {layout.duration(one.blocked_s)} of rest")
    return ", ".join(told) or "–"
