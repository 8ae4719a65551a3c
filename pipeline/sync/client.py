"""The client: one request at a provider, sent as often and as late as limits and policy say."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pipeline.sync.asked import Asked
from pipeline.sync.auth import Authority
from pipeline.sync.breaker import HostBreaker
from pipeline.sync.clock import Clock
from pipeline.sync.failure import Failed, of_error, of_status
from pipeline.sync.journal import Journal
from pipeline.sync.journal_file import transaction
from pipeline.sync.limits import Gate
from pipeline.sync.redactor import Redactor
from pipeline.sync.retry import Policy
from pipeline.sync.signing import Signer
from pipeline.sync.spec import Api
from pipeline.sync.transfer import Came_co, Received, Receiver
from pipeline.sync.words import Mark
from pipeline.vocab import Fault

if TYPE_CHECKING:
    import httpx2

_TOLD_S = 0.0005
"""Shorter waits are not told."""

Waiting = Callable[[str, float], None]
"""Told why a request waits, and for how many seconds."""


@dataclass(frozen=True)
class Wiring:
    """What a client works with.

    Attributes:
        con: the journal's database.
        redact: takes credentials out of what is told.
        waiting: told of waits.
        passed: told of each step of a request.
    """

    api: Api
    con: sqlite3.Connection
    journal: Journal
    gate: Gate
    breaker: HostBreaker
    policy: Policy
    authority: Authority
    signer: Signer | None
    redact: Redactor
    clock: Clock
    waiting: Waiting
    passed: Callable[[Mark], None]


@dataclass
class Waits:
    """What an attempt waited for before it was sent, in seconds by reason."""

    by_reason: dict[str, float] = field(default_factory=dict)

    def add(self, reason: str, seconds: float) -> None:
        """Count a wait."""
        if seconds >= _TOLD_S:
            self.by_reason[reason] = self.by_reason.get(reason, 0.0) + seconds

    def __str__(self) -> str:
        """The waits in words; "" where there was none."""
        return ", ".join(f"{reason} {wait:.3f} s" for reason, wait in self.by_reason.items())


@dataclass
class _Sent:
    """An attempt under way: its request, until when it may go on, its slot and journal entry."""

    asked: Asked
    deadline: float
    slot: str = ""
    seq: int = 0


class Client:
    """Sends requests of one source."""

    def __init__(self, wiring: Wiring, http: "httpx2.AsyncClient") -> None:
        """A client over an open connection pool."""
        self._with = wiring
        self._http = http
        self.passed = wiring.passed
        self._places = asyncio.Semaphore(wiring.api.limits.concurrency)

    async def send(
        self, asked: Asked, receiver: Receiver[Came_co], extra: dict[str, str] | None = None
    ) -> Came_co:
        """What a request brings, sent again until it does.

        Args:
            asked: the request.
            receiver: takes the answer's body.
            extra: headers instead of the authority's.

        Raises:
            Failed: it brought nothing; `gives_up` says why it is not sent again.
            PipelineError: it cannot be made ours.
        """
        from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

        deadline = self._with.clock.now() + self._with.api.retries.deadline_s
        waits = Waits()
        await self._resume(asked, deadline, waits)

        async def rest(seconds: float) -> None:
            await self._wait("backoff", seconds, waits)

        def drawn(state: RetryCallState) -> float:
            error = state.outcome.exception() if state.outcome else None
            return error.wait_s if isinstance(error, Failed) else 0.0

        def goes_on(error: BaseException) -> bool:
            return isinstance(error, Failed) and not error.gives_up

        retrying = AsyncRetrying(
            sleep=rest, wait=drawn, retry=retry_if_exception(goes_on), reraise=True
        )

        async def attempt() -> Came_co:
            headers = await self._with.authority.headers(self) if extra is None else extra
            return await self._attempt(asked, receiver, headers, waits, deadline)

        try:
            return await attempt()
        except Failed as failed:
            # Most requests need no second attempt, nor what it takes to make one.
            if failed.gives_up:
                raise
            await rest(failed.wait_s)
        return await retrying(attempt)

    async def _resume(self, asked: Asked, deadline: float, waits: Waits) -> None:
        """Wait until a request that failed in an earlier run is due."""
        standing = self._with.journal.standing(asked.key)
        now = self._with.clock.now()
        if standing.next_at > now:
            if refusal := self._with.policy.refusal(standing.next_at, now, deadline):
                raise Failed("it failed in an earlier run", gives_up=refusal)
            await self._wait("backoff of an earlier run", standing.next_at - now, waits)

    async def _wait(self, reason: str, seconds: float, waits: Waits) -> None:
        if seconds >= _TOLD_S:
            self._with.waiting(reason, seconds)
        begun = self._with.clock.now()
        await self._with.clock.sleep(seconds)
        waits.add(reason, self._with.clock.now() - begun)

    async def _attempt(
        self,
        asked: Asked,
        receiver: Receiver[Came_co],
        headers: dict[str, str],
        waits: Waits,
        deadline: float,
    ) -> Came_co:
        """One attempt, from its place in the queue to its entry in the journal."""
        clock = self._with.clock
        queued = clock.now()
        async with self._places:
            waits.add("place", clock.now() - queued)
            await self._past_breaker(deadline, waits)
            sent = _Sent(asked, deadline)

            def taken(took: float) -> None:
                waits.add("rate limit", took)
                if took >= _TOLD_S:
                    self._with.waiting("rate limit", took)
                sent.seq = self._begun(asked, waits)

            sent.slot = await self._with.gate.enter(taken)
            try:
                self._with.passed(Mark.ASKED)
                return await self._ended(sent, self._exchange(asked, receiver, headers))
            finally:
                waits.by_reason.clear()
                self._with.gate.leave(sent.slot)

    async def _past_breaker(self, deadline: float, waits: Waits) -> None:
        """Wait until the host's breaker lets a request through."""
        clock, breaker = self._with.clock, self._with.breaker
        while (wait := breaker.wait_s(clock.now())) > 0:
            if clock.now() + wait > deadline:
                why = f"its host is left alone for another {wait:.0f} s"
                raise Failed("its host has failed too often", gives_up=why)
            await self._wait("circuit breaker", wait, waits)

    def _begun(self, asked: Asked, waits: Waits) -> int:
        """The attempt's place in the journal; a retry must fit the budget at this moment."""
        standing = self._with.journal.standing(asked.key)
        now = self._with.clock.now()
        if standing.attempts and (refusal := self._with.policy.refusal(now, now, now)):
            raise Failed("it may not be sent again now", gives_up=refusal)
        return self._with.journal.begin(asked.key, self._shown(asked), now, str(waits))

    def _shown(self, asked: Asked) -> str:
        """The address as it may be told: a foreign one may carry a credential in its query."""
        own = asked.url.startswith(f"{self._with.api.base_url}/")
        return self._with.redact(f"{asked.method} {asked.address if own else asked.url}")

    async def _ended(self, sent: _Sent, exchange: Awaitable[Came_co]) -> Came_co:
        """What an exchange brought, after its end is in the journal and its slot is free."""
        wired, ended = self._with, await self._tried(exchange)
        failed = ended if isinstance(ended, Failed) else None
        now = wired.clock.now()
        with transaction(wired.con):
            wired.breaker.told(failed.fault if failed else None, now)
            status, detail = self._told(sent, ended, now)
            wired.journal.end(sent.seq, sent.asked.key, now, failed, status, detail)
            wired.gate.leave(sent.slot)
        if isinstance(ended, Failed):
            raise ended
        return ended

    async def _tried(self, exchange: Awaitable[Came_co]) -> Came_co | Failed:
        try:
            came = await exchange
        except Failed as failed:
            return failed
        self._with.passed(Mark.ANSWERED)
        return came

    def _told(self, sent: _Sent, ended: Received | Failed, now: float) -> tuple[int, str]:
        """Status and words for how an attempt ended; of a failure after what follows from it."""
        if isinstance(ended, Received):
            return ended.status, f"{ended.status}, {ended.size} bytes"
        wired, key, failed = self._with, sent.asked.key, ended
        failed.why = wired.redact(failed.why)
        wired.policy.decide(key, failed, wired.journal.standing(key), now, sent.deadline)
        gives_up = f"; {failed.gives_up}" if failed.gives_up else ""
        return failed.status, f"{failed.why}{gives_up}"

    async def _exchange(
        self, asked: Asked, receiver: Receiver[Came_co], headers: dict[str, str]
    ) -> Came_co:
        """The request on the line, and what came back.

        Raises:
            Failed: it came to nothing.
        """
        import httpx2

        body = asked.body.encode()
        form = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        whole = {
            **receiver.headers(),
            **form,
            **self._own(asked, headers),
            "Idempotency-Key": asked.key,
        }
        request = self._http.build_request(
            asked.method, asked.address, headers=whole, content=body or None
        )
        if self._with.signer is not None:
            self._with.signer.sign(request, body)
        in_body = False
        try:
            async with asyncio.timeout(self._with.api.timeouts.whole_s):
                response = await self._http.send(request, stream=True)
                try:
                    self._refuse(response, receiver)
                    in_body = True
                    return await receiver.take(response)
                finally:
                    await response.aclose()
        except (httpx2.HTTPError, TimeoutError) as error:
            host = urlsplit(asked.url).netloc.rpartition("@")[2]
            raise of_error(error, host, in_body=in_body) from error

    def _own(self, asked: Asked, headers: dict[str, str]) -> dict[str, str]:
        """The headers that make a request ours; a foreign host is not told them."""
        api = self._with.api
        own = {f"{place.rstrip('/')}/" for place in (api.base_url, api.auth.token_url) if place}
        return headers if any(f"{asked.url}/".startswith(place) for place in own) else {}

    def _refuse(self, response: "httpx2.Response", receiver: Receiver[Received]) -> None:
        """Raise where an answer's status is not that of what was asked for."""
        failed = of_status(response.status_code, response.headers, self._with.clock.now())
        if failed or any(b"ratelimit" in name.lower() for name, _ in response.headers.raw):
            self._with.gate.learn(response.headers, failed)
        if failed is None:
            return
        if failed.status == HTTPStatus.UNAUTHORIZED and self._with.authority.refused():
            failed.again = True
        if failed.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            receiver.restart()
            failed.fault = Fault.TRUNCATED_BODY
        raise failed
