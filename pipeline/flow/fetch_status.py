"""How sources that are fetched stand: cursor, last success, next due, budget left, breaker."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pipeline.flow.fetch import sources
from pipeline.flow.fetch_rounds import standings_in
from pipeline.settings import Settings
from pipeline.store import fetched
from pipeline.sync import journal_file
from pipeline.sync.breaker import HostBreaker
from pipeline.sync.journal import Journal, spent
from pipeline.sync.limits import Gate
from pipeline.sync.retry import Policy
from pipeline.sync.spec import Api
from pipeline.sync.words import BreakerState


@dataclass(frozen=True)
class SourceStatus:
    """One source.

    Attributes:
        cursor: how far it was taken; "" before the first round.
        last_success: when its last round ended; None before.
        next_due: when it is due again; None for now.
        under_way: the round that was begun and not ended; 0 for none.
        budget_left: retries that its provider's budget allows now.
        breaker: of its host.
        blocked_s: for how long its provider wants no request.
        retries_waiting: requests that failed and wait for another attempt.
        next_retry: when the first of them is due; None where none is.
    """

    source: str
    provider: str
    cursor: str
    last_success: datetime | None
    next_due: datetime | None
    under_way: int
    budget_left: int
    breaker: BreakerState
    blocked_s: float
    retries_waiting: int
    next_retry: datetime | None

    def as_json(self) -> dict[str, Any]:
        """The status as JSON values."""
        told = asdict(self)
        for name in ("last_success", "next_due", "next_retry"):
            moment = told[name]
            told[name] = None if moment is None else moment.isoformat()
        return {**told, "breaker": self.breaker.value, "cursor": self.cursor or None}


def status(
    home: Path, settings: Settings, at: datetime, names: Sequence[str]
) -> list[SourceStatus]:
    """How the sources of some names stand, or all that have an API; asks nobody.

    Raises:
        UsageError: a source is not known or describes no API.
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    return [_status(home, settings, at, api) for api, _ in sources(home, names)]


def _status(home: Path, settings: Settings, at: datetime, api: Api) -> SourceStatus:
    from pipeline.sync.clock import Clock

    now = at.timestamp()
    taken = fetched.taken(home, api.source, settings)
    path = home / "sync" / "journal.sqlite"
    con = journal_file.connect(path if path.exists() else None)
    with Journal(con, api.source, api.provider, taken.seq) as book:
        book.fold(standings_in(home, taken.finished_at, settings), taken.seq)
        waiting = [one.next_at for one in book.waiting()]
        begun = book.round()
        policy = Policy(
            api.retries,
            lambda _request, _attempts: 0.0,
            lambda since: spent(con, api.provider, since),
        )
        gate = Gate(con, api.provider, api.limits, api.timeouts.whole_s, Clock())
        due = None
        if taken.finished_at is not None:
            due = taken.finished_at + timedelta(seconds=api.every_s)
        return SourceStatus(
            source=api.source,
            provider=api.provider,
            cursor=taken.value,
            last_success=taken.finished_at,
            next_due=due,
            under_way=begun.number if begun and begun.number > taken.round else 0,
            budget_left=policy.left(now),
            breaker=HostBreaker(con, api.provider, api.breaker).state(now),
            blocked_s=max(0.0, gate.blocked_until() - now),
            retries_waiting=len(waiting),
            next_retry=datetime.fromtimestamp(min(waiting), UTC) if waiting else None,
        )
