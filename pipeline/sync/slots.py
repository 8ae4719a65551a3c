"""The bucket of a provider: pyrate-limiter's, in a file that all processes of a home share."""

import hashlib
import math
import sqlite3
from typing import cast

from pyrate_limiter import Rate, RateItem, SQLiteBucket

_MS = 1000
_UNLIMITED = 10**9
_LEAK_EVERY = 32
"""Slots that no longer count are removed at every so many answers."""


class _Joined:
    """A connection whose commits are left to who uses the bucket: it commits after every step."""

    def __init__(self, con: sqlite3.Connection) -> None:
        self.execute = con.execute
        self.executemany = con.executemany

    def commit(self) -> None:
        """Leave it to the transaction around."""


class Slots(SQLiteBucket):
    """Entries are taken before a request is sent, and move to the moment of its answer."""

    def __init__(
        self, con: sqlite3.Connection, provider: str, concurrency: int, hold_ms: int
    ) -> None:
        """The bucket of a provider; it lets everything through until `allow` says what not.

        Args:
            con: the shared file.
            provider: whose bucket it is.
            concurrency: requests under way at a time.
            hold_ms: for how long a slot counts whose answer nobody tells of.
        """
        table = f"slots_{hashlib.sha256(provider.encode()).hexdigest()[:16]}"
        joined = cast("sqlite3.Connection", _Joined(con))
        super().__init__([Rate(_UNLIMITED, 1)], joined, table)
        con.execute(f'CREATE TABLE IF NOT EXISTS "{table}" (name VARCHAR, item_timestamp INTEGER)')
        con.execute(f'CREATE INDEX IF NOT EXISTS "{table}_at" ON "{table}" (item_timestamp)')
        con.execute(f'CREATE INDEX IF NOT EXISTS "{table}_name" ON "{table}" (name)')
        self._concurrency = concurrency
        self._hold_ms = hold_ms
        self._freed = 0

    def allow(self, *windows: tuple[int, float]) -> None:
        """Keep to some windows, each a number of requests and its seconds; 0 of either is none."""
        rates: list[Rate] = []
        for count, span_s in sorted((one for one in windows if all(one)), key=lambda one: one[1]):
            # Rounded up, as a longer window lets less through.
            rate = Rate(count, max(1, math.ceil(span_s * _MS)))
            if rates:
                # What a shorter window allows in all of a longer one is the most that this may.
                most = rates[-1].limit * rate.interval // rates[-1].interval
                rate = Rate(min(count, most), rate.interval)
                if rate.limit <= rates[-1].limit:
                    rates.pop()
            rates.append(rate)
        self.rates = rates or [Rate(_UNLIMITED, 1)]

    def take(self, name: str, now_ms: int) -> bool:
        """Whether there was a slot; it counts as under way until it is freed.

        To be asked in a transaction, or two processes might take the same one.
        """
        if self.under_way(now_ms) >= self._concurrency:
            return False
        taken = bool(self.put(RateItem(name, now_ms)))
        if taken:
            self._move(name, now_ms + self._hold_ms)
        return taken

    def under_way(self, now_ms: int) -> int:
        """Requests of all processes whose answers have not come."""
        found = self.conn.execute(
            f'SELECT count(*) FROM "{self.table}" WHERE item_timestamp > ?',  # noqa: S608 - a digest
            (now_ms + 1,),
        )
        return int(found.fetchone()[0])

    def free(self, name: str, now_ms: int) -> None:
        """Let a slot count for one window more, now that its answer has come."""
        # Rounded up: a slot counts rather a millisecond too long.
        self._move(name, now_ms + 1)
        self._freed += 1
        if not self._freed % _LEAK_EVERY:
            self.leak(now_ms)

    def _move(self, name: str, to_ms: int) -> None:
        self.conn.execute(
            f'UPDATE "{self.table}" SET item_timestamp = ? WHERE name = ?',  # noqa: S608 - a digest
            (to_ms, name),
        )

    def wait_s(self, now_ms: int) -> float:
        """Seconds until the oldest slot that counts is free; 0 where none does."""
        longest = max(rate.interval for rate in self.rates)
        found = self.conn.execute(
            f'SELECT min(item_timestamp) FROM "{self.table}" WHERE item_timestamp >= ?',  # noqa: S608 - a digest
            (now_ms - longest,),
        ).fetchone()[0]
        return 0.0 if found is None else max(0, int(found) + longest + 1 - now_ms) / _MS
