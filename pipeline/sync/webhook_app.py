"""The server of notices: it believes, keeps and answers, and does nothing else meanwhile."""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from pipeline.sync.webhook import Hook, NotBelieved, Notice, believed

if TYPE_CHECKING:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response

PATH = "/webhooks"
_FULL_S = 60.0
BODY_S = 10.0
"""A body that takes longer is not waited for."""

_log = logging.getLogger(__name__)


@dataclass
class Bucket:
    """A rate that is never exceeded by more than a minute's worth at once.

    Attributes:
        per_minute: how many a minute.
        clock: seconds that only grow.
    """

    per_minute: float
    clock: Callable[[], float] = time.monotonic
    _left: float = field(init=False)
    _at: float = field(init=False)

    def __post_init__(self) -> None:
        """Begin with a minute's worth."""
        self._left, self._at = self.per_minute, self.clock()

    def wait_s(self) -> float:
        """Seconds until one more may pass; 0 where one has passed now."""
        now = self.clock()
        grown = self._left + (now - self._at) * self.per_minute / 60
        self._left, self._at = min(grown, self.per_minute), now
        if self._left >= 1:
            self._left -= 1
            return 0.0
        return (1 - self._left) * 60 / self.per_minute


@dataclass
class Gate:
    """How often notices of one source pass.

    Forged ones have a bucket of their own: whoever forges cannot keep the sender out.
    """

    hook: Hook
    signed: Bucket
    forged: Bucket

    @classmethod
    def of(cls, hook: Hook) -> "Gate":
        """The gate of a source, nothing passed yet."""
        return cls(hook, Bucket(hook.per_minute), Bucket(hook.per_minute))


@dataclass(frozen=True)
class Listener:
    """What the server does with a notice.

    Attributes:
        hooks: the sources that are listened to, by name.
        keep: makes a notice durable; whether it is new. It may wait for the disk.
        came: told of each new notice once it is durable.
        clock: tells the time, aware.
    """

    hooks: Mapping[str, Hook]
    keep: Callable[[Notice], bool]
    came: Callable[[Notice], None]
    clock: Callable[[], datetime]


def application(listener: Listener) -> "Starlette":
    """The server: a POST to `/webhooks/<source>` is answered 2xx once its notice is durable.

    204 both for a new notice and for one that came before, 400 where nothing arrives whole, 401
    where it is not believed, for whatever reason, 408 and 413 where a body is too slow or too
    large, 429 where there are too many, 503 where the disk does not take it.
    """
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import PlainTextResponse, Response
    from starlette.routing import Route

    gates = {name: Gate.of(hook) for name, hook in listener.hooks.items()}
    strangers = Bucket(60)

    async def take(request: Request) -> Response:
        gate = gates.get(request.path_params["source"])
        try:
            notice = await (
                _believed(request, gate, listener.clock) if gate else _stranger(strangers)
            )
            is_new = await _kept(listener, notice)
        except _Refusal as refusal:
            return _answer(refusal)
        _log.info("a notice of %s came%s", notice.source, "" if is_new else " again")
        if is_new:
            listener.came(notice)
        return Response(status_code=204)

    async def alive(_request: Request) -> Response:
        return PlainTextResponse("alive\n")

    routes = [
        Route(f"{PATH}/{{source}}", take, methods=["POST"]),
        Route("/alive", alive, methods=["GET"]),
    ]
    return Starlette(routes=routes)


class _Refusal(Exception):
    """A request is refused with a status; `wait_s` says after how long to come again."""

    def __init__(self, status: int, wait_s: float = 0.0) -> None:
        super().__init__(status)
        self.status = status
        self.wait_s = wait_s


_SAID = {
    400: "the body did not arrive whole",
    401: "not believed",
    408: "too slow",
    413: "too large",
    429: "too many",
    503: "come again",
}


def _answer(refusal: _Refusal) -> "Response":
    from starlette.responses import PlainTextResponse

    headers = {"connection": "close"}
    if refusal.wait_s:
        headers["retry-after"] = str(math.ceil(refusal.wait_s))
    return PlainTextResponse(f"{_SAID[refusal.status]}\n", refusal.status, headers)


async def _stranger(bucket: Bucket) -> Notice:
    """Answer whoever names no source as if it had forged a notice of one."""
    raise _Refusal(*_forged(bucket))


async def _kept(listener: Listener, notice: Notice) -> bool:
    """Whether a notice is new, once it is durable."""
    try:
        return await asyncio.to_thread(listener.keep, notice)
    except OSError as error:
        _log.exception("a notice of %s could not be kept", notice.source)
        raise _Refusal(503, _FULL_S) from error


async def _believed(request: "Request", gate: Gate, clock: Callable[[], datetime]) -> Notice:
    body = await _body(request, gate.hook.body_bytes)
    try:
        notice = believed(gate.hook, request.headers, body, clock())
    except NotBelieved as error:
        # The operator is told what is wrong with it; whoever forges learns nothing.
        _log.warning("a notice to %s is not believed: %s", gate.hook.source, error.what)
        raise _Refusal(*_forged(gate.forged)) from error
    if wait_s := gate.signed.wait_s():
        raise _Refusal(429, wait_s)
    return notice


def _forged(bucket: Bucket) -> tuple[int, float]:
    """The answer to whoever is not believed: that, or that it asks too often."""
    wait_s = bucket.wait_s()
    return (429, wait_s) if wait_s else (401, 0.0)


async def _body(request: "Request", limit: int) -> bytes:
    """The body, of which no more than the limit is ever held."""
    from starlette.requests import ClientDisconnect

    stated = request.headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > limit:
        raise _Refusal(413)
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            async for chunk in request.stream():
                body += chunk
                if len(body) > limit:
                    raise _Refusal(413)
    except TimeoutError as error:
        raise _Refusal(408) from error
    except ClientDisconnect as error:
        raise _Refusal(400) from error
    return bytes(body)
