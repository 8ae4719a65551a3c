"""The provider: what it holds, whom it lets in, what it counts and what it does wrong."""

import asyncio
import base64
import json
import threading
import time
from collections import Counter, deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.provider.mischief import Schedule
from tests.provider.shelf import Shelf
from tests.provider.wire import Answer, Request, serving


@dataclass(frozen=True)
class Arrival:
    """A request as it came; `fault` is what was done to its answer."""

    at: float
    key: str
    target: str
    status: int
    fault: str


@dataclass
class Rate:
    """So many requests in any window; what breaks it is counted, not only turned away."""

    requests: int = 0
    window_s: float = 1.0
    concurrency: int = 0
    most: int = 0
    most_at_once: int = 0
    broken: int = 0
    _times: deque[float] = field(default_factory=deque)

    def arrived(self, now: float) -> None:
        """Count an arrival."""
        while self._times and self._times[0] <= now - self.window_s:
            self._times.popleft()
        self._times.append(now)
        self.most = max(self.most, len(self._times))
        self.broken += bool(self.requests and len(self._times) > self.requests)


@dataclass
class Provider:
    """A provider at work; everything it counts can be asked for afterwards."""

    shelf: Shelf = field(default_factory=Shelf)
    schedule: Schedule = field(default_factory=Schedule)
    rate: Rate = field(default_factory=Rate)
    token: str = ""
    client: str = ""
    told: dict[str, str] = field(default_factory=dict)
    base: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    attempts: Counter[str] = field(default_factory=Counter)
    given: list[str] = field(default_factory=list)
    script: dict[str, list[Answer]] = field(default_factory=dict)
    signer: Any = None
    under_way: int = 0

    async def answer(self, request: Request) -> Answer:
        """Count a request, let it in, answer it, and spoil the answer."""
        now = time.time()
        self.rate.arrived(now)
        self.under_way += 1
        self.rate.most_at_once = max(self.rate.most_at_once, self.under_way)
        try:
            answer, fault = self._answer(request)
            self.arrivals.append(Arrival(now, request.key, request.target, answer.status, fault))
            return answer
        finally:
            # What is still on its way to the client is under way for it alone.
            self.under_way -= 1

    def _answer(self, request: Request) -> tuple[Answer, str]:
        self.attempts[request.key] += 1
        if scripted := self.script.get(request.path):
            return scripted.pop(0), "scripted"
        sound = self._sound(request)
        sound.headers.update(self.told)
        if self.signer is not None:
            self.signer(request, sound, self.base)
        fault = self.schedule.fault(request.key, self.attempts[request.key])
        return self.schedule.spoiled(sound, fault), fault

    def _sound(self, request: Request) -> Answer:
        if request.path == "/token":
            return self._token(request)
        if self.token and request.headers.get("authorization") not in self._let_in():
            return Answer(401, b"who are you?")
        if request.path.startswith("/files/"):
            return self.shelf.file(request)
        return self.shelf.listing(request, self.base)

    def _let_in(self) -> set[str]:
        return (
            {f"Bearer {self.token}"}
            if not self.client
            else {f"Bearer {one}" for one in self.given[-1:]}
        )

    def _token(self, request: Request) -> Answer:
        pair = base64.b64encode(self.client.encode()).decode()
        if request.headers.get("authorization") != f"Basic {pair}":
            return Answer(401, b"unknown client")
        self.given.append(f"{self.token}-{len(self.given)}")
        return Answer(
            body=json.dumps({"access_token": self.given[-1], "expires_in": 3600}).encode()
        )

    @contextmanager
    def running(self, port: int = 0) -> Iterator["Provider"]:
        """The provider in a thread of its own, until the block ends."""
        ready, stop = threading.Event(), asyncio.Event()
        loops: list[asyncio.AbstractEventLoop] = []

        async def serve() -> None:
            loops.append(asyncio.get_running_loop())
            async with serving(self.answer, port) as bound:
                self.base = f"http://127.0.0.1:{bound}"
                ready.set()
                await stop.wait()

        thread = threading.Thread(target=lambda: asyncio.run(serve()), daemon=True)
        thread.start()
        assert ready.wait(30)
        try:
            yield self
        finally:
            loops[0].call_soon_threadsafe(stop.set)
            thread.join(30)
