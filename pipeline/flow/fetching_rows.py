"""A round of rows: all pages first, then one manifest of what they hold."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

from pipeline.flow import fetch_commit
from pipeline.flow.fetch_commit import Done, Landing
from pipeline.store import fetched
from pipeline.sync.journal import Body, Round
from pipeline.sync.paginate import Page
from pipeline.sync.row_cells import Items, together
from pipeline.sync.row_chunks import Chunk, Form, Window, Written
from pipeline.sync.rows import Manifest
from pipeline.sync.walk import Take, Walk
from pipeline.sync.words import SyncState
from pipeline.vocab import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.flow.fetching import Fetching

_READ = 1_000
"""Rows of Python's objects that wait at a time: few enough to be in the processor's cache still."""
_WRITTEN = 25
"""How many times as many are written at a time."""


async def take_rows(work: "Fetching", walk: Walk, begun: Round) -> None:
    """Write a round's rows as a manifest and land it with its requests and the cursor.

    Raises:
        Failed: a page could not be had.
        RemoteFailed: the rows have another form than the source's contract allows.
        PipelineError: the lake is busy or damaged.
    """
    folder = work.folder / f"r{begun.number}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _name(work, begun)
    written = await _written(work, walk, begun, path)
    taken = work.finished(begun, written.last)
    pages = work.folder / f"r{begun.number}.pages"
    what = Landing(
        work.api.source,
        taken,
        begun.number,
        horizon=work.horizon(taken.value),
        done=tuple(map(done_page, walk.bodies())),
        seen=written.keys,
        alerts=tuple(_alerts(work.api.source, written)),
        kept=(pages,) if written.taken else (),
    )
    work.told.rows = {
        "taken": written.taken,
        "repeated": written.repeated,
        "changed": written.changed,
        "early": written.early,
        "discarded": written.discarded,
        "quarantined": written.quarantined,
    }
    if written.taken:
        await _land(work, path, what)
    else:
        await work.committed(what)
    work.over(begun)


async def _land(work: "Fetching", path: "Path", what: Landing) -> None:
    ready = work.ready(what)
    home, settings = work.order.home, work.order.settings
    async with work.lock:
        work.heard(landing=True)
        report = await asyncio.to_thread(fetch_commit.land, path, ready, home, settings)
    work.told.reports.append(report)
    work.told.state = SyncState.FETCHED
    work.moved(ready)


async def _written(work: "Fetching", walk: Walk, begun: Round, path: "Path") -> Written:
    """The manifest, written while its pages come.

    A new column that shows in the midst of a round is one of all its lines: they are written again.
    """
    dialect = work.profile.spec.dialect
    seen = await work.known(fetched.fetched_rows, work.api.source)
    after = work.taken.value if not begun.backfill else ""
    form = Form(dialect.delimiter, dialect.quote or '"')
    started = partial(Manifest, work.api, form, seen, Window(after, begun.until), path)

    async def again(take: Take) -> None:
        for page in walk.pages():
            await take(page)

    with started() as manifest:
        await _all(manifest, partial(work.walked, walk, begun))
        if not (names := manifest.outgrown_by):
            return manifest.told()
    with started(names) as manifest:
        await _all(manifest, again)
        return manifest.told()


async def _all(manifest: Manifest, pages: Callable[[Take], Awaitable[None]]) -> None:
    """Write all rows of some pages; whatever ends it, nothing is being written afterwards."""
    writing = _Writing(manifest)
    try:
        await pages(writing.take)
        await writing.end()
    finally:
        await writing.stopped()


class _Writing:
    """Rows on their way into a manifest: some wait, and some are written meanwhile."""

    def __init__(self, manifest: Manifest) -> None:
        """Nothing is under way."""
        self._manifest = manifest
        self._rows: list[Items] = []
        self._chunks: list[Chunk] = []
        self._adding: asyncio.Task[None] | None = None

    async def take(self, page: Page) -> None:
        """Take up the rows of a page; waits where more come than can be written."""
        self._rows.append(page.items)
        if sum(map(len, self._rows)) >= _READ:
            self._read()
        if len(self._chunks) >= _WRITTEN:
            await self._add()

    def _read(self) -> None:
        self._chunks.append(self._manifest.read(together(self._rows)))
        self._rows = []

    async def _add(self) -> None:
        chunks, self._chunks = self._chunks, []
        if self._adding is not None:
            await self._adding
        self._adding = asyncio.create_task(asyncio.to_thread(self._manifest.add, *chunks))

    async def end(self) -> None:
        """Write what still waits."""
        self._read()
        await self._add()
        if self._adding is not None:
            await self._adding

    async def stopped(self) -> None:
        """Wait for what is being written; why that failed is told by who waited for it before."""
        if self._adding is not None:
            await asyncio.gather(self._adding, return_exceptions=True)


def _name(work: "Fetching", begun: Round) -> str:
    """The manifest's file name."""
    known = {
        "{source}": work.api.source,
        "{round}": str(begun.number),
        "{since}": begun.since[:10],
        "{until}": begun.until[:10],
    }
    name = work.api.rows.name
    for word, value in known.items():
        name = name.replace(word, value)
    return name.replace("/", "-")


def done_page(body: Body) -> Done:
    """A page as the books keep it."""
    return Done(body.request, "GET", body.url, body.status, body.sha256, body.bytes)


def _alerts(source: str, written: Written) -> Iterator[tuple[Severity, str]]:
    """What a person must see of a round's rows."""
    if written.new:
        yield Severity.WARNING, f"{source}: rows have new fields: {', '.join(written.new)}"
    for count, what in (
        (written.changed, "came again with other content; what came first stands"),
        (written.discarded, "were left out for their form, as rows.contract says"),
        (written.quarantined, "are quarantined for their form"),
    ):
        if count:
            yield Severity.HIGH, f"{source}: {count} rows {what}"
