"""The journal of fetching: every attempt before it is sent, and what a round has brought so far.

A SQLite file beside the lake, for the books are open only while a commit lasts. It outlives a
killed process: what was begun and not ended is an attempt all the same, and what was brought is not
asked for again. A commit takes what it tells into the ledger and the books; then it forgets.
"""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

from pipeline.store.sql import query
from pipeline.sync.failure import Failed
from pipeline.sync.journal_file import transaction
from pipeline.vocab import Fault, Outcome

INTERRUPTED = "the process ended before an answer came"


@dataclass(frozen=True)
class Body:
    """What a request brought, on disk.

    Attributes:
        request: its signature.
        url: where it came from, without credentials.
        place: name of the file in the source's folder.
        start, bytes: where in the file.
        sha256: of its bytes.
        status: of the answer.
        link: the answer's header `Link`.
    """

    request: str
    url: str
    place: str
    start: int
    bytes: int
    sha256: str
    status: int
    link: str


@dataclass(frozen=True)
class Round:
    """A round of a source: a range that is asked for, the same after every restart.

    Attributes:
        number: one more than the last round's.
        since, until: the range as canonical cursor texts; "" where it has no end.
        backfill: whether it lies before what was taken, and so leaves the cursor alone.
    """

    number: int
    since: str
    until: str
    backfill: bool = False


@dataclass(frozen=True)
class Standing:
    """Where a request stands after its attempts.

    Attributes:
        attempts: all that were made.
        in_row: those since it was last given up.
        next_at: when the next is due, in seconds since 1970; 0 for at once.
    """

    attempts: int = 0
    in_row: int = 0
    next_at: float = 0.0


@dataclass(frozen=True)
class Attempt:
    """One attempt as the journal tells it; times in seconds since 1970."""

    seq: int
    request: str
    number: int
    url: str
    begun_at: float
    waited: str
    ended_at: float
    status: int
    fault: str | None
    outcome: str
    backoff_s: float | None
    next_at: float | None
    detail: str


class Journal:
    """The journal of one source; its process holds the source's lock."""

    def __init__(self, con: sqlite3.Connection, source: str, provider: str, floor: int = 0) -> None:
        """Go on after the last entry, and never before `floor`, the last that the ledger holds."""
        self._con = con
        self.source = source
        self._provider = provider
        self._seq: int = max(floor, self._asked("last_seq", source=source)[0][0])
        self._standings: dict[str, Standing] = {}

    def __enter__(self) -> Self:
        """Itself; the file is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the file."""
        self._con.close()

    def _asked(self, name: str, **given: Any) -> list[tuple[Any, ...]]:
        return self._con.execute(query(f"sync/{name}"), given).fetchall()

    def resume(self, standings: dict[str, Standing], moved: int, now: float) -> None:
        """Take up the schedule: that of the ledger, and what the journal adds to it.

        Args:
            standings: requests that the ledger leaves open, by signature.
            moved: the last entry of the journal that the ledger holds.
            now: seconds since 1970.
        """
        told = {"outcome": Outcome.RETRIED.value, "detail": INTERRUPTED}
        self._asked("end_interrupted", source=self.source, now=now, **told)
        self.fold(standings, moved)

    def fold(self, standings: dict[str, Standing], moved: int) -> None:
        """Take up where requests stand, as `resume` does, and write nothing."""
        self._standings = dict(standings)
        for attempt in self.after(moved):
            self._fold(attempt.request, attempt.number, attempt.outcome, attempt.next_at)

    def _fold(self, request: str, number: int, outcome: str, next_at: float | None) -> None:
        if outcome == Outcome.RESOLVED.value:
            # What it brought may be lost with its process: a later attempt has a later number.
            self._standings[request] = Standing(number)
            return
        before = self._standings.get(request, Standing())
        in_row = 0 if outcome == Outcome.ESCALATED.value else before.in_row + 1
        self._standings[request] = Standing(number, in_row, next_at or 0.0)

    def standing(self, request: str) -> Standing:
        """Where a request stands."""
        return self._standings.get(request, Standing())

    def waiting(self) -> list[Standing]:
        """Requests that failed and wait for another attempt."""
        return [one for one in self._standings.values() if one.next_at]

    def begin(self, request: str, url: str, now: float, waited: str) -> int:
        """The place of an attempt that is about to be sent; from here on it counts.

        Args:
            request: its signature.
            url: where to, without credentials.
            now: seconds since 1970.
            waited: what it waited for before, in words.
        """
        self._seq += 1
        self._asked(
            "begin_attempt",
            source=self.source,
            seq=self._seq,
            provider=self._provider,
            request=request,
            number=self.standing(request).attempts + 1,
            url=url,
            begun_at=now,
            waited=waited,
        )
        return self._seq

    def end(
        self, seq: int, request: str, now: float, told: Failed | None, status: int, detail: str
    ) -> None:
        """Write down how an attempt ended.

        Args:
            seq: its place.
            request: its signature.
            now: seconds since 1970.
            told: why it came to nothing, with what was decided; None where it did not.
            status: of the answer; 0 for none.
            detail: in words, without credentials.
        """
        before = self.standing(request)
        ended = _ended(before.attempts + 1, now, told)
        self._asked(
            "end_attempt",
            source=self.source,
            seq=seq,
            ended_at=now,
            status=status,
            detail=detail,
            **ended,
        )
        self._fold(request, before.attempts + 1, ended["outcome"], ended["next_at"])

    def keep(self, *bodies: Body) -> None:
        """Write down that some requests are done."""
        with transaction(self._con):
            rows = [{"source": self.source, **vars(body)} for body in bodies]
            self._con.executemany(query("sync/put_body"), rows)

    def bodies(self) -> dict[str, Body]:
        """What the round has brought so far, by request, in the order of their files."""
        return {row[0]: Body(*row) for row in self._asked("bodies", source=self.source)}

    def round(self) -> Round | None:
        """The round that is under way."""
        found = self._asked("round", source=self.source)
        if not found:
            return None
        number, since, until, backfill = found[0]
        return Round(number, since, until, backfill=bool(backfill))

    def begin_round(self, begun: Round) -> None:
        """Write down a new round."""
        self._asked("put_round", source=self.source, **vars(begun))

    def end_round(self) -> None:
        """Forget a round that the books hold."""
        with transaction(self._con):
            for name in ("drop_bodies", "drop_round"):
                self._asked(name, source=self.source)

    def drop(self, requests: Iterable[str]) -> None:
        """Forget what some requests brought: the books hold it."""
        with transaction(self._con):
            rows = [{"request": request} for request in requests]
            self._con.executemany(query("sync/drop_body"), rows)

    def after(self, seq: int) -> list[Attempt]:
        """The attempts that ended, after a place; those that the ledger lacks."""
        return [Attempt(*row) for row in self._asked("attempts_after", source=self.source, seq=seq)]

    def forget(self, seq: int, before: float) -> None:
        """Forget attempts that the ledger holds and that no budget counts any more."""
        self._asked("forget_attempts", source=self.source, seq=seq, before=before)


def _ended(number: int, now: float, told: Failed | None) -> dict[str, Any]:
    """Outcome, fault, wait and due time of an attempt."""
    if told is None:
        return {
            "fault": None,
            "outcome": Outcome.RESOLVED.value,
            "backoff_s": None,
            "next_at": None,
        }
    fault = None if told.fault is None else Fault(told.fault).value
    if told.is_final:
        return {
            "fault": fault,
            "outcome": Outcome.ESCALATED.value,
            "backoff_s": None,
            "next_at": None,
        }
    outcome = Outcome.OPENED if number == 1 else Outcome.RETRIED
    return {
        "fault": fault,
        "outcome": outcome.value,
        "backoff_s": told.wait_s,
        "next_at": now + told.wait_s,
    }


def spent(con: sqlite3.Connection, provider: str, since: float) -> tuple[int, int]:
    """First requests and retries to a provider since a moment, of all sources and processes."""
    given = {"provider": provider, "since": since}
    requests, retries = con.execute(query("sync/spent"), given).fetchall()[0]
    return requests, retries
