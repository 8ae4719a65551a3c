"""The walk through the pages of a listing: each is asked for once, and kept until its commit."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import Asked
from pipeline.sync.client import Client
from pipeline.sync.flat import reader
from pipeline.sync.journal import Body, Journal
from pipeline.sync.paginate import Page, first, following, is_counted, read_page
from pipeline.sync.signing import Verifier
from pipeline.sync.spec import Api
from pipeline.sync.transfer import PageReceiver, ReceivedPage
from pipeline.sync.words import Mark, Payload

Told = Callable[[int, int], None]
"""Told of further pages and bytes."""

Take = Callable[[Page], Awaitable[None]]
"""Takes the pages of a walk, one after the other in their order."""

_AHEAD = 64
"""Pages that may wait in memory for one before them; any more are read again when it is there."""


@dataclass(frozen=True)
class _Had:
    """A page that is had: what came now, or nothing where the spool holds it.

    Attributes:
        place: among the pages of the walk, from 0.
        key: of its request.
        came: what came now.
        page: what was read of it; None where it is read when its turn comes.
    """

    place: int
    key: str
    came: tuple[Asked, ReceivedPage] | None = None
    page: Page | None = None


class Walk:
    """One round's walk. Pages go through a bounded queue to one file, in the order they come.

    Whoever takes them gets them in their own order, and slows the walk down where it is slower.
    """

    def __init__(
        self,
        api: Api,
        client: Client,
        journal: Journal,
        spool: Path,
        verifier: Verifier | None,
    ) -> None:
        """A walk that goes on from what the journal says is in the spool."""
        self._api = api
        self._client = client
        self._journal = journal
        self._spool = spool
        self._verifier = verifier
        self._read = partial(read_page, api) if api.payload is Payload.FILE else reader(api)
        self._bodies = journal.bodies()
        self._order: list[str] = []
        self._ahead: dict[int, Page | None] = {}
        self._taken = 0
        self._cut()

    def _cut(self) -> None:
        """Take off what a killed process wrote and did not enter in the journal."""
        self._spool.parent.mkdir(parents=True, exist_ok=True)
        own = [body for body in self._bodies.values() if body.place == self._spool.name]
        end = max((body.start + body.bytes for body in own), default=0)
        self._spool.touch()
        with self._spool.open("r+b") as file:
            file.truncate(end)

    async def through(self, listing: Asked, told: Told, take: Take) -> None:
        """Bring all pages of a listing into the spool, and hand each over.

        Raises:
            Failed: a page could not be had.
            RemoteFailed: the pages do not end.
        """
        queue: asyncio.Queue[_Had | None] = asyncio.Queue(self._api.queue)
        async with asyncio.TaskGroup() as group:
            keeping = group.create_task(self._keep(queue, take))
            try:
                await self._walked(listing, queue, told)
            finally:
                # Whatever ended the walk: what has come is kept.
                if not keeping.done():
                    await queue.put(None)
                    await keeping

    async def _walked(
        self, listing: Asked, queue: "asyncio.Queue[_Had | None]", told: Told
    ) -> None:
        asked = first(self._api, listing)
        walked: set[str] = set()
        while True:
            walked.add(asked.key)
            number = len(self._order)
            self._order.append(asked.key)
            page = await self._page(number, asked, queue, told)
            more = following(self._api, asked, page, number)
            if is_counted(self._api):
                await self._side_by_side(more, queue, told)
                return
            if not more:
                return
            asked = more[0]
            if asked.key in walked:
                raise RemoteFailed(
                    f"{self._api.source}: its pages go in a circle", "tell the provider"
                )

    async def _side_by_side(
        self, more: Sequence[Asked], queue: "asyncio.Queue[_Had | None]", told: Told
    ) -> None:
        """All other pages, as many at a time as the provider allows."""
        waiting = iter(enumerate(more, len(self._order)))
        self._order += [asked.key for asked in more]

        async def work() -> None:
            for place, asked in waiting:
                if asked.key in self._bodies:
                    told(1, 0)
                    await queue.put(_Had(place, asked.key))
                else:
                    await self._page(place, asked, queue, told)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._api.limits.concurrency):
                group.create_task(work())

    async def _page(
        self, place: int, asked: Asked, queue: "asyncio.Queue[_Had | None]", told: Told
    ) -> Page:
        """A page, from the spool where it has been had before."""
        if asked.key in self._bodies:
            page = self._again(asked.key)
            told(1, 0)
            await queue.put(_Had(place, asked.key, page=page))
            return page
        came = await self._client.send(asked, self._receiver())
        await queue.put(_Had(place, asked.key, (asked, came), came.page))
        told(1, came.size)
        return came.page

    def _receiver(self) -> PageReceiver:
        bad = self._spool.parent / "bad"
        return PageReceiver(self._api.max_page_bytes, self._verifier, bad, self._read)

    async def _keep(self, queue: "asyncio.Queue[_Had | None]", take: Take) -> None:
        """Keep what comes, then hand over the pages whose turn it is."""
        with self._spool.open("ab") as file:
            goes_on = True
            while goes_on:
                waiting = [await queue.get()]
                while not queue.empty():
                    waiting.append(queue.get_nowait())
                some = [had for had in waiting if had is not None]
                goes_on = len(some) == len(waiting)
                self._write([had.came for had in some if had.came], file)
                for had in some:
                    self._ahead[had.place] = had.page if len(self._ahead) < _AHEAD else None
                while self._taken in self._ahead:
                    page = self._ahead.pop(self._taken) or self._again(self._order[self._taken])
                    self._taken += 1
                    await take(page)

    def _write(self, some: Iterable[tuple[Asked, ReceivedPage]], file: BinaryIO) -> None:
        """Append pages to the spool, then enter them in the journal."""
        bodies = []
        for asked, came in some:
            place = (self._spool.name, file.tell())
            file.write(came.body)
            told = (came.size, came.sha256, came.status, came.link)
            bodies.append(Body(asked.key, asked.address, *place, *told))
        file.flush()
        if bodies:
            self._client.passed(Mark.SPOOLED)
            self._journal.keep(*bodies)
            self._bodies.update((body.request, body) for body in bodies)

    def _again(self, key: str) -> Page:
        """A page that the spool holds."""
        body = self._bodies[key]
        return self._read(self._bytes(body), body.link)

    def _bytes(self, body: Body) -> bytes:
        with self._spool.open("rb") as file:
            file.seek(body.start)
            return file.read(body.bytes)

    def bodies(self) -> list[Body]:
        """What the walk has brought, in the order of the pages."""
        return [self._bodies[key] for key in self._order if key in self._bodies]

    def pages(self) -> Iterator[Page]:
        """The pages again, in their order."""
        for body in self.bodies():
            yield self._again(body.request)
