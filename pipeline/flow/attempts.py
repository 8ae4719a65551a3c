"""Attempts at a sender's server, over whatever line, as events of the ledger."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TypeVar

from pipeline.errors import RemoteFailed
from pipeline.faults import requests
from pipeline.faults.requests import Event
from pipeline.flow import guard, parquet
from pipeline.store import lake
from pipeline.sync.sftp_session import ConnectionFailed
from pipeline.vocab import Fault, Outcome

_T = TypeVar("_T")


def write(events: Sequence[Event], manifest: str, batch: lake.Batch, run: lake.Run) -> None:
    """Put attempts into a batch, as a file of the ledger.

    Args:
        events: that the ledger does not hold.
        manifest: what they brought; "" where it is none, or not one alone.
        batch: what is about to be committed.
        run: that commits it.
    """
    frame = requests.events(events, manifest, run.id)
    guard.refuse_broken("retry_ledger", frame)
    if written := parquet.write(frame, "retry_ledger", run.file("retry_ledger", "requests")):
        batch.files.append(written)


@dataclass
class Tried:
    """What was tried at one server, and how it ended.

    Attributes:
        place: the server, as it may be told.
        sleep: waits between two attempts.
        wait_s: draws the wait after an attempt that failed, by its number from 0.
        events: the attempts.
    """

    place: str
    sleep: Callable[[float], None]
    wait_s: Callable[[int], float]
    events: list[Event] = field(default_factory=list)

    def result(self, what: str, action: Callable[[], _T], attempts: int) -> _T:
        """The result of an action, tried again while the server goes away.

        Raises:
            RemoteFailed: as the action, the last time.
        """
        key = sha256(f"SFTP\n{self.place}\n{what}\n{time.time_ns()}".encode()).hexdigest()
        number = 0
        while True:
            number += 1
            begun = time.time()
            try:
                found = action()
            except RemoteFailed as error:
                again = isinstance(error, ConnectionFailed) and number < attempts
                wait = self.wait_s(number - 1) if again else None
                self._ended(key, what, number, begun, error, wait)
                if wait is None:
                    raise
                self.sleep(wait)
            else:
                self._ended(key, what, number, begun, None, None)
                return found

    @property
    def has_failed(self) -> bool:
        """Whether any attempt came to nothing."""
        return any(one.outcome != Outcome.RESOLVED for one in self.events)

    def _ended(
        self,
        key: str,
        what: str,
        number: int,
        begun: float,
        error: RemoteFailed | None,
        wait: float | None,
    ) -> None:
        now = time.time()
        if error is None:
            outcome = Outcome.RESOLVED
        elif wait is None:
            outcome = Outcome.ESCALATED
        else:
            outcome = Outcome.OPENED if number == 1 else Outcome.RETRIED
        fault = Fault.CONNECT.value if isinstance(error, ConnectionFailed) else None
        said = error.what if error else "done"
        detail = f"SFTP {what} {self.place}: {said}; took {now - begun:.3f} s"
        due = None if wait is None else now + wait
        self.events.append(Event(key, fault, number, now, wait, due, outcome.value, detail))
