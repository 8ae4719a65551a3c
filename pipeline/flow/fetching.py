"""One source's round: its pages, then its files or rows, each into the lake as it comes."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from pipeline.errors import LakeBusy, RemoteFailed
from pipeline.faults.requests import drawn
from pipeline.flow import fetch_commit
from pipeline.flow.fetch import Fetched, FetchOrder, Heard
from pipeline.flow.fetch_commit import Landing
from pipeline.flow.fetch_rounds import listing, next_round, standings_in
from pipeline.read.profile import Profile
from pipeline.store import fetched
from pipeline.store.fetched import Taken
from pipeline.store.locks import locked
from pipeline.store.steps import Step, reach
from pipeline.sync import cursor, journal_file
from pipeline.sync.auth import Authority
from pipeline.sync.breaker import HostBreaker
from pipeline.sync.client import Client, Wiring
from pipeline.sync.failure import Failed
from pipeline.sync.journal import Journal, Round, Standing, spent
from pipeline.sync.limits import Gate
from pipeline.sync.redactor import Redactor
from pipeline.sync.retry import Policy
from pipeline.sync.signing import Signer, Verifier
from pipeline.sync.spec import Api
from pipeline.sync.walk import Take, Walk
from pipeline.sync.words import Payload, SyncState

if TYPE_CHECKING:
    import httpx2

Answer = TypeVar("Answer")


class Fetching:
    """Everything that a source's round works with; `run` carries it out."""

    def __init__(
        self, order: FetchOrder, api: Api, profile: Profile, landing_lock: asyncio.Lock
    ) -> None:
        """A round that has not begun; only one at a time may write to the lake.

        Raises:
            UsageError: a credential is not there, or open to others.
        """
        self.order, self.api, self.profile = order, api, profile
        self.lock = landing_lock
        self.told = Fetched(api.source)
        self.folder = order.home / "sync" / api.source
        self.taken = Taken()
        self._secrets = {one: one.secret(order.home).reveal() for one in api.secrets}
        self.redact = Redactor(self._secrets.values())
        self.verifier = (
            Verifier(api.verify, self._secrets[api.verify.secret]) if api.verify else None
        )

    async def run(self) -> Fetched:
        """What became of the source.

        Raises:
            PipelineError: the lake is busy or damaged; what was fetched is kept for the next run.
        """
        order, source = self.order, self.api.source
        self.taken = await self.known(fetched.taken, source)
        if order.dry_run:
            return self._planned()
        try:
            standings = await self.known(standings_in, self.taken.finished_at)
            lock = order.home / "sync" / f"{source}.lock"
            with locked(lock, 0.0), self._journal(standings) as book:
                self.book = book
                await self._fetched()
        except LakeBusy as error:
            if not self._is_own(error):
                raise
            self._gave_up(f"{source} is being fetched by another process")
        return self.told

    async def known(self, ask: Callable[..., Answer], *given: str | datetime | None) -> Answer:
        """What the books or the lake tell; one at a time, for a process opens them but once."""
        home, settings = self.order.home, self.order.settings
        async with self.lock:
            return await asyncio.to_thread(ask, home, *given, settings)

    def _is_own(self, error: LakeBusy) -> bool:
        """Whether it is the source's own lock that another process holds."""
        return str(self.order.home / "sync") in error.what

    @contextmanager
    def _journal(self, standings: dict[str, Standing]) -> Iterator[Journal]:
        self.con = journal_file.connect(self.order.home / "sync" / "journal.sqlite")
        with Journal(self.con, self.api.source, self.api.provider, self.taken.seq) as book:
            book.resume(standings, self.taken.seq, self.order.clock.now())
            yield book

    async def _fetched(self) -> None:
        """A round from its begin to its last commit; why it gave up is told and committed too."""
        from pipeline.flow.fetching_files import take_files
        from pipeline.flow.fetching_rows import take_rows

        begun = self._round()
        try:
            async with _http(self.api) as http:
                client = Client(self._wiring(), http)
                spool = self.folder / f"r{begun.number}.pages"
                walk = Walk(self.api, client, self.book, spool, self.verifier)
                if self.api.payload is Payload.FILE:
                    await take_files(self, client, walk, begun)
                else:
                    await take_rows(self, walk, begun)
        except (Failed, RemoteFailed, BaseExceptionGroup) as errors:
            error = _first(errors)
            if not isinstance(error, Failed | RemoteFailed):
                raise error from errors
            self._gave_up(self.redact(str(error)))
            horizon = self.horizon(self.taken.value)
            await self.committed(Landing(self.api.source, self.taken, begun.number, horizon))
        self.told.cursor = self.taken.value

    async def walked(self, walk: Walk, begun: Round, take: Take) -> None:
        """Bring all pages of a round's listing, and hand them over as they come.

        Raises:
            Failed: a page could not be had.
            RemoteFailed: the pages do not end.
        """
        await walk.through(listing(self.api, begun), self._heard, take)
        reach(Step.GATHERED)

    def _round(self) -> Round:
        """The round that a killed process has begun, or a new one."""
        begun = self.book.round()
        if begun is not None and begun.number <= self.taken.round:
            self.over(begun)
            begun = None
        if begun is None:
            begun = next_round(self.order, self.api, self.taken)
            self.book.begin_round(begun)
        return begun

    def _wiring(self) -> Wiring:
        api, order = self.api, self.order
        hold_s = api.timeouts.whole_s + api.timeouts.connect_s
        self.policy = Policy(
            api.retries,
            lambda request, attempts: drawn(request, attempts, order.settings),
            lambda since: spent(self.con, api.provider, since),
        )
        secret = self._secrets[api.auth.secret] if api.auth.secret else ""
        return Wiring(
            api=api,
            con=self.con,
            journal=self.book,
            gate=Gate(self.con, api.provider, api.limits, hold_s, order.clock),
            breaker=HostBreaker(self.con, api.provider, api.breaker, hold_s),
            policy=self.policy,
            authority=Authority(api.auth, secret, self.redact, order.clock, self.folder / "bad"),
            signer=Signer(api.sign, self._secrets[api.sign.secret]) if api.sign else None,
            redact=self.redact,
            clock=order.clock,
            waiting=self._waits,
            passed=lambda mark: reach(Step(mark.value)),
        )

    def _heard(self, pages: int, size: int) -> None:
        self.told.pages += pages
        self.told.bytes += size
        self.heard()

    def heard(self, *, landing: bool = False) -> None:
        """Tell how far the source has come, and whether that is being taken into the lake."""
        told = self.told
        self.order.tell(
            Heard(self.api.source, told.pages, len(told.reports), told.bytes, landing=landing)
        )

    def _waits(self, reason: str, seconds: float) -> None:
        told = self.told
        told.waits[reason] = told.waits.get(reason, 0.0) + seconds
        self.order.tell(
            Heard(self.api.source, told.pages, len(told.reports), told.bytes, reason, seconds)
        )

    def _gave_up(self, why: str) -> None:
        self.told.state, self.told.error = SyncState.GAVE_UP, f"{self.api.source} gave up: {why}"

    def _planned(self) -> Fetched:
        """What would be asked, without asking."""
        begun = next_round(self.order, self.api, self.taken)
        self.told.state, self.told.cursor = SyncState.PLANNED, self.taken.value
        self.told.plan = f"GET {self.redact(listing(self.api, begun).address)}"
        return self.told

    async def committed(self, what: Landing) -> None:
        """Commit what a fetch came to, beside or without a manifest."""
        ready = self.ready(what)
        async with self.lock:
            await asyncio.to_thread(
                fetch_commit.record, ready, self.order.home, self.order.settings
            )
        self.moved(ready)

    def ready(self, what: Landing) -> Landing:
        """A landing with the attempts that the ledger lacks, and bad answers to be kept."""
        attempts = tuple(self.book.after(self.taken.seq))
        bad = tuple(sorted((self.folder / "bad").glob("*")))
        seq = attempts[-1].seq if attempts else self.taken.seq
        self.told.attempts += len(attempts)
        self.told.retries += sum(one.number > 1 for one in attempts)
        return replace(what, attempts=attempts, bad=bad, taken=replace(what.taken, seq=seq))

    def moved(self, what: Landing) -> None:
        """Take up that a landing is committed."""
        reach(Step.LANDED_ONE)
        self.taken = what.taken
        for path in what.bad:
            path.unlink(missing_ok=True)
        window = self.api.retries.budget_window_s
        self.book.forget(self.taken.seq, self.order.clock.now() - window)
        self.book.drop(one.request for one in what.done)

    def over(self, begun: Round) -> None:
        """Forget a round that the books hold, on disk too."""
        self.book.end_round()
        (self.folder / f"r{begun.number}.pages").unlink(missing_ok=True)
        fetch_commit.cleared(self.folder / f"r{begun.number}")

    def finished(self, begun: Round, last: str) -> Taken:
        """How far the source is taken once a round is over, which took things up to `last`."""
        reached = self.taken
        value = reached.value if begun.backfill else max(reached.value, last)
        known = [one for one in (reached.earliest, begun.since) if one]
        now = datetime.fromtimestamp(self.order.clock.now(), UTC)
        return replace(
            reached,
            value=value,
            earliest=min(known, default=""),
            round=begun.number,
            finished_at=now,
        )

    def reached(self, begun: Round, value: str) -> Taken:
        """How far the source is taken in the midst of a round that goes on."""
        if begun.backfill or value <= self.taken.value:
            return self.taken
        known = [one for one in (self.taken.earliest, begun.since) if one]
        return replace(self.taken, value=value, earliest=min(known, default=""))

    def horizon(self, value: str) -> str:
        """Before which place nothing is asked for again."""
        return cursor.before(self.api.cursor, value)


def _http(api: Api) -> "httpx2.AsyncClient":
    """A connection pool for a provider."""
    import httpx2

    times = api.timeouts
    count = api.limits.concurrency
    return httpx2.AsyncClient(
        timeout=httpx2.Timeout(times.read_s, connect=times.connect_s),
        limits=httpx2.Limits(max_connections=count, max_keepalive_connections=count),
        headers={"User-Agent": "royalty-pipeline", "Accept": "*/*"},
    )


def _first(errors: BaseException) -> BaseException:
    """The first error of a group, however deep."""
    found: BaseException = errors
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found
