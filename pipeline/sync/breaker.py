"""The circuit breaker of a host: after failures in a row it is left alone, then asked once."""

import sqlite3
from dataclasses import dataclass

from pipeline.store.sql import query
from pipeline.sync.spec import Breaker
from pipeline.sync.words import BreakerState
from pipeline.vocab import Fault

TRIPS = frozenset({Fault.TIMEOUT, Fault.DNS, Fault.CONNECT, Fault.SERVER_ERROR})
"""Faults that say the host is not well; to be throttled is to be answered."""


@dataclass(frozen=True)
class _Row:
    failures: int = 0
    open_s: float = 0.0
    open_until: float = 0.0
    probe_until: float = 0.0


class HostBreaker:
    """The breaker of one host, shared by all processes of a home."""

    def __init__(
        self, con: sqlite3.Connection, host: str, rules: Breaker, probe_s: float = 60.0
    ) -> None:
        """A breaker on the journal's database; a probe that nobody ends is over after `probe_s`."""
        self._con = con
        self._host = host
        self._rules = rules
        self._probe_s = probe_s

    def _row(self) -> _Row:
        found = self._con.execute(query("sync/breaker"), {"host": self._host}).fetchall()
        return _Row(*found[0]) if found else _Row()

    def state(self, now: float) -> BreakerState:
        """Whether the host is asked."""
        row = self._row()
        if row.failures < self._rules.failures:
            return BreakerState.CLOSED
        return BreakerState.OPEN if now < row.open_until else BreakerState.HALF_OPEN

    def wait_s(self, now: float) -> float:
        """Seconds until a request may be sent; 0 lets it through, as the one probe or freely."""
        if self._row().failures < self._rules.failures:
            return 0.0
        self._con.execute("BEGIN IMMEDIATE")
        try:
            row = self._row()
            if row.failures < self._rules.failures:
                return 0.0
            wait = max(row.open_until, row.probe_until) - now
            if wait > 0:
                return wait
            self._write(_Row(row.failures, row.open_s, row.open_until, now + self._probe_s))
            return 0.0
        finally:
            self._con.commit()

    def told(self, fault: Fault | None, now: float) -> None:
        """Take up how a request ended: any answer but a failure of the host closes it."""
        row = self._row()
        if fault not in TRIPS:
            if row.failures:
                self._con.execute(query("sync/drop_breaker"), {"host": self._host})
            return
        failures = row.failures + 1
        if failures < self._rules.failures:
            self._write(_Row(failures))
            return
        # Open again after a probe: for twice as long. Others that were under way change nothing.
        again = row.probe_until > 0
        if row.open_until > now:
            open_s, until = row.open_s, row.open_until
        else:
            open_s = row.open_s * 2 if again and row.open_s else self._rules.open_s
            open_s = min(open_s, self._rules.cap_s)
            until = now + open_s
        self._write(_Row(failures, open_s, until, 0.0))

    def _write(self, row: _Row) -> None:
        given = {
            "host": self._host,
            "failures": row.failures,
            "open_s": row.open_s,
            "open_until": row.open_until,
            "probe_until": row.probe_until,
        }
        self._con.execute(query("sync/put_breaker"), given)
