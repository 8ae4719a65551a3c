"""A round of files: those that its listing names and the books do not know, side by side."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from pipeline.errors import RemoteFailed
from pipeline.flow import fetch_commit
from pipeline.flow.fetch_commit import Done, Landing
from pipeline.flow.fetching_rows import done_page
from pipeline.store import fetched
from pipeline.sync import asked, cursor
from pipeline.sync.asked import Asked, text_at
from pipeline.sync.client import Client
from pipeline.sync.cursor import CursorBroken
from pipeline.sync.failure import Failed
from pipeline.sync.journal import Body, Round
from pipeline.sync.paginate import Page
from pipeline.sync.row_cells import by_row
from pipeline.sync.spec import Api
from pipeline.sync.transfer import Declared, FileReceiver, ReceivedFile
from pipeline.sync.walk import Walk
from pipeline.sync.words import SyncState

if TYPE_CHECKING:
    from pipeline.flow.fetching import Fetching


@dataclass(frozen=True)
class Item:
    """A report that a listing names: its place in the cursor's order, and how it is had."""

    moment: str
    asked: Asked
    name: str
    declared: Declared


async def take_files(work: "Fetching", client: Client, walk: Walk, begun: Round) -> None:
    """Fetch the files of a round and land each as it comes, the cursor behind the last gap.

    Raises:
        Failed: the listing or some files could not be had; all others are in the lake.
        PipelineError: the lake is busy or damaged.
    """
    items: list[Any] = []

    async def take(page: Page) -> None:
        items.extend(by_row(page.items))

    await work.walked(walk, begun, take)
    known = await work.known(fetched.known_requests, work.api.source)
    wanted = _wanted(work.api, items, begun, known)
    queue: asyncio.Queue[tuple[Item, ReceivedFile] | None] = asyncio.Queue(work.api.queue)
    taking = _Taking(work, client, begun, wanted, queue)
    await taking.all_files()
    if taking.failed:
        raise taking.failed[0]
    last = max((item.moment for item in wanted), default="")
    taken = work.finished(begun, last)
    pages = tuple(map(done_page, walk.bodies()))
    await work.committed(
        Landing(
            work.api.source,
            taken,
            begun.number,
            horizon=work.horizon(taken.value),
            done=pages,
        )
    )
    work.over(begun)


def _wanted(api: Api, items: Sequence[Any], begun: Round, known: set[str]) -> list[Item]:
    """The files to fetch, in the cursor's order, each once."""
    found: dict[str, Item] = {}
    for item in items:
        one = _item(api, item)
        final = not begun.until or one.moment <= begun.until
        if final and one.asked.key not in known:
            found.setdefault(one.asked.key, one)
    return sorted(found.values(), key=lambda one: (one.moment, one.name, one.asked.key))


def _item(api: Api, item: Any) -> Item:
    """A file as its listing names it.

    Raises:
        RemoteFailed: it has no id or no address, or its place in time is none.
    """
    files = api.files
    known_as = text_at(item, files.id)
    if not known_as:
        raise RemoteFailed(f"{api.source}: an item has nothing at {files.id!r}", "see to files.id")
    try:
        place = text_at(item, api.cursor.field)
        moment = cursor.canonical(api.cursor.form, place) if api.cursor.field else ""
    except CursorBroken as error:
        raise RemoteFailed(f"{api.source}: {known_as}: {error}", "see to [api.cursor]") from error
    size = text_at(item, files.bytes)
    declared = Declared(text_at(item, files.sha256), int(size) if size.isdecimal() else None)
    name = PurePosixPath(text_at(item, files.name) or known_as).name.lstrip(".") or "report"
    return Item(moment, _address(api, item, known_as), name, declared)


def _address(api: Api, item: Any, known_as: str) -> Asked:
    """The request for a file; its signature names the file, for its address may change."""
    files = api.files
    version = text_at(item, files.version)
    if files.url:
        address = text_at(item, files.url)
        if not address:
            raise RemoteFailed(f"{api.source}: {known_as} has no address", "see to files.url")
    else:
        path = files.path
        for field in _fields(path):
            path = path.replace(f"{{{field}}}", quote(text_at(item, field), safe=""))
        address = f"{api.base_url}{path}"
    listing = asked.get(f"{api.base_url}{api.listing.path}")
    found = asked.get(listing.at(address).address, cursor=f"version {version}")
    return Asked(
        found.method,
        found.url,
        found.query,
        cursor=found.cursor,
        name=f"{api.base_url}{api.listing.path}#{known_as}",
    )


def _body(item: Item, came: ReceivedFile) -> Body:
    """A file that is whole on disk, as the journal keeps it until it is landed."""
    place = f"{item.asked.key[:16]}/{item.name}"
    known = (came.size, came.sha256, came.status, "")
    return Body(item.asked.key, item.asked.url, place, 0, *known)


def _fields(path: str) -> list[str]:
    return [part.partition("}")[0] for part in path.split("{")[1:]]


class _Taking:
    """Files under way: some workers fetch, one lands, and a bounded queue stands between."""

    def __init__(
        self,
        work: "Fetching",
        client: Client,
        begun: Round,
        wanted: Sequence[Item],
        queue: "asyncio.Queue[tuple[Item, ReceivedFile] | None]",
    ) -> None:
        self._work, self._client, self._begun = work, client, begun
        self._wanted, self._queue = wanted, queue
        self._landed: set[str] = set()
        self._had = work.book.bodies()
        self.failed: list[Failed] = []

    async def all_files(self) -> None:
        """Fetch and land all; what could not be had is in `failed`."""
        waiting = iter(self._wanted)

        async def work() -> None:
            for item in waiting:
                await self._fetch(item)

        async with asyncio.TaskGroup() as group:
            landing_all = group.create_task(self._land_all())
            try:
                async with asyncio.TaskGroup() as workers:
                    for _ in range(self._work.api.limits.concurrency):
                        workers.create_task(work())
            finally:
                # Whatever ended the fetching: what has come is landed.
                if not landing_all.done():
                    await self._queue.put(None)
                    await landing_all

    def _path(self, item: Item) -> Path:
        folder = self._work.folder / f"r{self._begun.number}" / item.asked.key[:16]
        folder.mkdir(parents=True, exist_ok=True)
        return folder / item.name

    async def _fetch(self, item: Item) -> None:
        path, work = self._path(item), self._work
        if (known := self._had.get(item.asked.key)) and path.is_file():
            had = ReceivedFile(known.sha256, known.bytes, known.status, path)
            await self._queue.put((item, had))
            return
        limit, bad = work.api.max_file_bytes, work.folder / "bad"
        receiver = FileReceiver(path, item.declared, limit, work.verifier, bad)
        try:
            came = await self._client.send(item.asked, receiver)
        except Failed as failed:
            self.failed.append(failed)
            return
        work.book.keep(_body(item, came))
        work.told.bytes += came.size
        await self._queue.put((item, came))

    async def _land_all(self) -> None:
        while (ready := await self._queue.get()) is not None:
            await self._land(*ready)

    async def _land(self, item: Item, came: ReceivedFile) -> None:
        work = self._work
        self._landed.add(item.asked.key)
        done = Done(item.asked.key, "GET", item.asked.url, came.status, came.sha256, came.size)
        taken = work.reached(self._begun, self._behind_gap())
        what = work.ready(
            Landing(
                work.api.source,
                taken,
                self._begun.number,
                horizon=work.horizon(taken.value),
                done=(done,),
            )
        )
        home, settings = work.order.home, work.order.settings
        async with work.lock:
            report = await asyncio.to_thread(fetch_commit.land, came.path, what, home, settings)
        work.told.reports.append(report)
        work.told.state = SyncState.FETCHED
        work.moved(what)
        work.heard()
        fetch_commit.cleared(came.path.parent)

    def _behind_gap(self) -> str:
        """The furthest place up to which everything is in the lake, this file included."""
        reached: list[str] = []
        for item in self._wanted:
            if item.asked.key not in self._landed:
                # Not the gap's own place: a provider may list only what comes after a cursor.
                return max((one for one in reached if one < item.moment), default="")
            reached.append(item.moment)
        return max(reached, default="")
