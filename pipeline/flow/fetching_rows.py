"""A round of rows: all pages first, then one manifest of what they hold."""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import polars as pl

from pipeline.flow import fetch_commit
from pipeline.flow.fetch_commit import Done, Landing
from pipeline.store import fetched
from pipeline.sync.journal import Body, Round
from pipeline.sync.row_cells import Row
from pipeline.sync.rows import Form, Manifest, Window, Written
from pipeline.sync.walk import Walk
from pipeline.sync.words import SyncState
from pipeline.vocab import Severity

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.flow.fetching import Fetching


async def take_rows(work: "Fetching", walk: Walk, begun: Round, names: set[str]) -> None:
    """Write a round's rows as a manifest and land it with its requests and the cursor.

    Raises:
        RemoteFailed: the rows have another form than the source's contract allows.
        PipelineError: the lake is busy or damaged.
    """
    folder = work.folder / f"r{begun.number}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / _name(work, begun)
    seen = await work.known(fetched.fetched_rows, work.api.source)
    written = await asyncio.to_thread(_written, work, walk, begun, (names, seen), path)
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
        report = await asyncio.to_thread(fetch_commit.land, path, ready, home, settings)
    work.told.reports.append(report)
    work.told.state = SyncState.FETCHED
    work.moved(ready)


def _written(
    work: "Fetching", walk: Walk, begun: Round, known: tuple[set[str], pl.DataFrame], path: "Path"
) -> Written:
    """The manifest, from names of fields that occur and rows that were taken before."""
    dialect = work.profile.spec.dialect
    names, seen = known
    after = work.taken.value if not begun.backfill else ""
    writer = Manifest(
        work.api,
        Form(dialect.delimiter, dialect.quote or '"'),
        names,
        seen,
        Window(after, begun.until),
    )

    def rows() -> Iterator[Row]:
        for page in walk.pages():
            yield from page.items

    return writer.write(rows(), path)


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
