"""Fetching for as long as it is wanted: each source when it is due."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from pipeline.flow.fetch import Fetched, FetchOrder, fetch, sources
from pipeline.store import fetched
from pipeline.sync.spec import Api
from pipeline.sync.words import SyncState

_AGAIN_S = 300.0
"""After so long at the most, a source that gave up is tried again; its schedule goes on."""
_LONGEST_S = 3600.0


def follow(
    order: FetchOrder,
    names: Sequence[str],
    told: Callable[[Sequence[Fetched]], None],
    sleep: Callable[[float], None] = time.sleep,
    rounds: int | None = None,
) -> None:
    """Fetch each source when it is due, until interrupted.

    Args:
        order: how.
        names: of the sources; all that have an API where there are none.
        told: told of each round.
        sleep: waits for the next source that is due.
        rounds: how many rounds to do; None for ever.
    """
    due: dict[str, float] = {}
    while rounds is None or rounds > 0:
        now = order.clock.now()
        # Read anew each time: somebody may have added a source meanwhile.
        apis = {api.source: api for api, _ in sources(order.home, names)}
        ready = [name for name in apis if due.get(name, 0.0) <= now]
        if ready:
            found = fetch(order, ready)
            told(found)
            for one in found:
                due[one.source] = _due(order, apis[one.source], one)
            rounds = None if rounds is None else rounds - 1
        if not apis:
            # Somebody may be about to write one.
            told(())
            sleep(_AGAIN_S)
        elif rounds is None or rounds > 0:
            soonest = min(due.get(name, 0.0) for name in apis)
            sleep(min(max(soonest - order.clock.now(), 0.0), _LONGEST_S))


def _due(order: FetchOrder, api: Api, one: Fetched) -> float:
    now = order.clock.now()
    if one.state is SyncState.GAVE_UP:
        return now + min(api.every_s, _AGAIN_S)
    finished = fetched.taken(order.home, api.source, order.settings).finished_at
    begun = finished or datetime.fromtimestamp(now, UTC)
    return begun.timestamp() + api.every_s
