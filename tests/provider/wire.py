"""HTTP/1.1 on loopback by hand, so that answers can be cut, dripped, reset and forged."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, urlsplit

_MAX_HEAD = 65_536


@dataclass(frozen=True)
class Request:
    """A request that has come whole; header names are in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def path(self) -> str:
        """The path, without the query."""
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, str]:
        """The parameters; of equal names the last."""
        return dict(parse_qsl(urlsplit(self.target).query, keep_blank_values=True))

    @property
    def key(self) -> str:
        """What the client knows the request by."""
        return self.headers.get("idempotency-key", "")


@dataclass
class Answer:
    """An answer, and what is done to it on the line.

    Attributes:
        cut: how many bytes of the body are sent before the connection breaks; None for all.
        reset: whether the connection breaks before anything is sent.
        drip_s: seconds between the pieces of the body.
        stall_s: seconds before anything is sent.
    """

    status: int = HTTPStatus.OK
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    reset: bool = False
    drip_s: float = 0.0
    stall_s: float = 0.0


Handler = Callable[[Request], Answer | Awaitable[Answer]]


@asynccontextmanager
async def serving(handler: Handler, port: int = 0) -> AsyncIterator[int]:
    """Serve on loopback; gives the port."""
    open_now: set[asyncio.StreamWriter] = set()

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        open_now.add(writer)
        try:
            await _conversation(reader, writer, handler)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass
        finally:
            open_now.discard(writer)
            with suppress(ConnectionError, RuntimeError):
                writer.close()

    server = await asyncio.start_server(connected, "127.0.0.1", port, limit=_MAX_HEAD)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for writer in open_now:
            writer.transport.abort()


async def _conversation(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, handler: Handler
) -> None:
    while True:
        head = await reader.readuntil(b"\r\n\r\n")
        request = await _request(head.decode("latin-1"), reader)
        answer: Any = handler(request)
        if asyncio.iscoroutine(answer):
            answer = await answer
        if not await _sent(answer, writer):
            writer.transport.abort()
            return


async def _request(head: str, reader: asyncio.StreamReader) -> Request:
    first, *lines = head.split("\r\n")
    method, target, _ = first.split(" ", 2)
    pairs = (line.partition(":") for line in lines if line)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, target, headers, body)


async def _sent(answer: Answer, writer: asyncio.StreamWriter) -> bool:
    """Whether the connection goes on."""
    if answer.stall_s:
        await asyncio.sleep(answer.stall_s)
    if answer.reset:
        return False
    headers = {"Content-Length": str(len(answer.body)), **answer.headers}
    lines = [f"{name}: {value}" for name, value in headers.items()]
    head = "\r\n".join((f"HTTP/1.1 {answer.status} {HTTPStatus(answer.status).phrase}", *lines))
    body = answer.body if answer.cut is None else answer.body[: answer.cut]
    if answer.drip_s:
        writer.write(head.encode("latin-1") + b"\r\n\r\n")
        for place in range(0, len(body), max(1, len(body) // 8)):
            writer.write(body[place : place + max(1, len(body) // 8)])
            await writer.drain()
            await asyncio.sleep(answer.drip_s)
    else:
        writer.write(head.encode("latin-1") + b"\r\n\r\n" + body)
    await writer.drain()
    return answer.cut is None
