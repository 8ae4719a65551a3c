"""How often a provider may be asked: one bucket for all processes of a home, and what it tells.

A slot is taken before a request is sent and counts until one window after its answer has come. So
whatever the network does, no window of the provider's clock can hold more arrivals than it allows:
of the arrivals in a window, all others' slots still counted when the last one took its own.
"""

import re
import secrets
import sqlite3
from collections.abc import Callable, Mapping

from pipeline.store.sql import query
from pipeline.sync.clock import Clock
from pipeline.sync.failure import Failed
from pipeline.sync.journal_file import transaction
from pipeline.sync.spec import Limits

_POLL_S = 0.002
_LONGEST_POLL_S = 0.25
"""Another process may free a slot at any time, so a long wait is taken in steps."""
_MS = 1000
_FIELD = re.compile(r";\s*([a-z]+)\s*=\s*\"?([0-9.]+)")


class Gate:
    """Lets requests to one provider through, as many as it allows."""

    def __init__(
        self, con: sqlite3.Connection, provider: str, limits: Limits, hold_s: float, clock: Clock
    ) -> None:
        """A gate on the journal's database.

        Args:
            con: its connection.
            provider: whose gate it is.
            limits: as its source says.
            hold_s: after how long the slot of a process that died is free again: no request takes
                longer.
            clock: to wait by.
        """
        # 0.1 s of start-up that only requests need.
        from pipeline.sync.slots import Slots

        self._con = con
        self._provider = provider
        self._own = (limits.requests, limits.window_s)
        self._clock = clock
        self._slots = Slots(con, provider, limits.concurrency, int(hold_s * _MS))
        self._process = secrets.token_hex(4)
        self._taken = 0
        self._held: set[str] = set()

    async def enter(self, taken: Callable[[float], None]) -> str:
        """A slot, once there is one.

        Args:
            taken: told of the seconds that it took, in the transaction that takes the slot: what
                it writes stands with the slot, or neither does.
        """
        begun = self._clock.now()
        self._taken += 1
        slot = f"{self._process}-{self._taken}"
        while True:
            until, requests, window_s = self._learned()
            self._slots.allow(self._own, (requests, window_s))
            now = self._clock.now()
            wait_s = until - now
            if wait_s <= 0:
                with transaction(self._con):
                    if self._slots.take(slot, int(now * _MS)):
                        taken(now - begun)
                        self._held.add(slot)
                        return slot
                wait_s = self._slots.wait_s(int(now * _MS))
            await self._clock.sleep(min(max(wait_s, _POLL_S), _LONGEST_POLL_S))

    def leave(self, slot: str) -> None:
        """Tell that the answer has come: from now on the slot counts for one window more."""
        if slot in self._held:
            self._held.discard(slot)
            self._slots.free(slot, int(self._clock.now() * _MS))

    def blocked_until(self) -> float:
        """Until when the provider wants no request at all, in seconds since 1970."""
        return self._learned()[0]

    def _learned(self) -> tuple[float, int, float]:
        found = self._con.execute(query("sync/learned"), {"provider": self._provider}).fetchall()
        return found[0] if found else (0.0, 0, 0.0)

    def learn(self, headers: Mapping[str, str], failed: Failed | None) -> None:
        """Take up what an answer tells: how long to wait, how many requests a window may have."""
        told = policy(headers)
        pause = pause_s(headers)
        if failed is not None and failed.retry_after_s:
            pause = max(pause, failed.retry_after_s)
        if not pause and told is None:
            return
        until, requests, window_s = self._learned()
        blocked = max(until, self._clock.now() + pause) if pause else until
        allowed = told or (requests, window_s)
        if (blocked, *allowed) != (until, requests, window_s):
            given = {"requests": allowed[0], "window_s": allowed[1], "blocked_until": blocked}
            self._con.execute(query("sync/learn"), {"provider": self._provider, **given})


def policy(headers: Mapping[str, str]) -> tuple[int, float] | None:
    """Requests and seconds of the strictest window that `RateLimit-Policy` names; None for none."""
    found = []
    for item in headers.get("ratelimit-policy", "").split(","):
        fields = dict(_FIELD.findall(item))
        if "q" in fields and "w" in fields and float(fields["q"]) >= 1 and float(fields["w"]) > 0:
            found.append((int(float(fields["q"])), float(fields["w"])))
    return min(found, key=lambda one: one[0] / one[1], default=None)


def pause_s(headers: Mapping[str, str]) -> float:
    """Seconds without a request that `RateLimit` asks for: where nothing remains, until the reset.

    Read are the fields `r` and `t` of the IETF draft, and the older `RateLimit-Remaining` and
    `RateLimit-Reset` with or without `X-`, where the reset is a number of seconds.
    """
    waits = [0.0]
    for item in headers.get("ratelimit", "").split(","):
        fields = dict(_FIELD.findall(item))
        if float(fields.get("r", 1)) < 1:
            waits.append(float(fields.get("t", 0)))
    for prefix in ("", "x-"):
        left = headers.get(f"{prefix}ratelimit-remaining", "1").strip()
        reset = headers.get(f"{prefix}ratelimit-reset", "0").strip()
        # A large number is a moment, not a span, and clocks differ: Retry-After tells it then.
        if left == "0" and reset.isdecimal() and float(reset) <= 86_400:  # noqa: PLR2004 - a day
            waits.append(float(reset))
    return max(waits)
