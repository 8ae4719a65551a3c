"""The walk through the pages of a listing: each is asked for once, and kept until its commit."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import Asked
from pipeline.sync.client import Client
from pipeline.sync.journal import Body, Journal
from pipeline.sync.paginate import Page, first, following, is_counted, read_page
from pipeline.sync.signing import Verifier
from pipeline.sync.spec import Api
from pipeline.sync.transfer import PageReceiver, Received
from pipeline.sync.words import Mark

Told = Callable[[int, int], None]
"""Told of further pages and bytes."""

_Kept = tuple[Asked, Received]


class Walk:
    """One round's walk. Pages go through a bounded queue to one file, in the order they come."""

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
        self._bodies = journal.bodies()
        self._order: list[str] = []
        self._cut()

    def _cut(self) -> None:
        """Take off what a killed process wrote and did not enter in the journal."""
        self._spool.parent.mkdir(parents=True, exist_ok=True)
        own = [body for body in self._bodies.values() if body.place == self._spool.name]
        end = max((body.start + body.bytes for body in own), default=0)
        self._spool.touch()
        with self._spool.open("r+b") as file:
            file.truncate(end)

    async def through(self, listing: Asked, told: Told, names: set[str]) -> None:
        """Bring all pages of a listing into the spool; names of fields that occur join `names`.

        Raises:
            Failed: a page could not be had.
            RemoteFailed: the pages do not end.
        """
        queue: asyncio.Queue[_Kept | None] = asyncio.Queue(self._api.queue)
        async with asyncio.TaskGroup() as group:
            writing = group.create_task(self._write(queue))
            try:
                await self._walked(listing, queue, told, names)
            finally:
                # Whatever ended the walk: what has come is kept.
                if not writing.done():
                    await queue.put(None)
                    await writing

    async def _walked(
        self, listing: Asked, queue: "asyncio.Queue[_Kept | None]", told: Told, names: set[str]
    ) -> None:
        number = 0
        asked = first(self._api, listing)
        walked: set[str] = set()
        while True:
            walked.add(asked.key)
            self._order.append(asked.key)
            page = await self._page(asked, queue, told, names)
            more = following(self._api, asked, page, number)
            number += 1
            if is_counted(self._api):
                await self._side_by_side(more, queue, told, names)
                return
            if not more:
                return
            asked = more[0]
            if asked.key in walked:
                raise RemoteFailed(
                    f"{self._api.source}: its pages go in a circle", "tell the provider"
                )

    async def _side_by_side(
        self,
        more: Sequence[Asked],
        queue: "asyncio.Queue[_Kept | None]",
        told: Told,
        names: set[str],
    ) -> None:
        """All other pages, as many at a time as the provider allows."""
        self._order += [asked.key for asked in more]
        waiting = iter(more)

        async def work() -> None:
            for asked in waiting:
                await self._page(asked, queue, told, names)

        async with asyncio.TaskGroup() as group:
            for _ in range(self._api.limits.concurrency):
                group.create_task(work())

    async def _page(
        self, asked: Asked, queue: "asyncio.Queue[_Kept | None]", told: Told, names: set[str]
    ) -> Page:
        """A page, from the spool where it has been had before."""
        if known := self._bodies.get(asked.key):
            page = read_page(self._api, self._bytes(known), known.link)
            told(1, 0)
        else:
            came = await self._client.send(asked, self._receiver())
            assert came.page is not None  # noqa: S101 - the receiver has read it
            page = came.page
            await queue.put((asked, came))
            told(1, came.size)
        names.update(*page.items)
        return page

    def _receiver(self) -> PageReceiver:
        read = partial(read_page, self._api)
        return PageReceiver(
            self._api.max_page_bytes, self._verifier, self._spool.parent / "bad", read
        )

    async def _write(self, queue: "asyncio.Queue[_Kept | None]") -> None:
        """Append what comes to the spool, then enter it in the journal."""
        with self._spool.open("ab") as file:
            while (kept := await queue.get()) is not None:
                asked, came = kept
                start = file.tell()
                file.write(came.body)
                file.flush()
                body = Body(
                    asked.key,
                    asked.address,
                    self._spool.name,
                    start,
                    came.size,
                    came.sha256,
                    came.status,
                    came.link,
                )
                self._client.passed(Mark.SPOOLED)
                self._journal.keep(body)
                self._bodies[asked.key] = body

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
            yield read_page(self._api, self._bytes(body), body.link)
