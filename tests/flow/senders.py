"""Senders: profiles that say how reports come, deliveries, and signed notices."""

import base64
import hashlib
import hmac
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.flow.inbox import collect
from pipeline.flow.visit import InboxOrder, Visit
from pipeline.sync.webhook import Notice
from tests.flow.homes import AT, SETTINGS, TABLES, asked, frames, line, report

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
PERIOD = "[period]\nfile_name = '(?P<year>[0-9]{4})-(?P<month>[0-9]{2})'\n"


def profile(home: Path, name: str, tables: str) -> Path:
    """Write a profile of canonical reports whose names tell the month."""
    path = home / "sources" / f"{name}.toml"
    path.parent.mkdir(exist_ok=True)
    head = f'name = "{name}"\ntitle = "Reports of {name}"\nkind = "canonical"\n'
    path.write_text(f"{head}{tables}\n{PERIOD}", encoding="utf-8")
    return path


def folder(home: Path, name: str = "acme", more: str = "") -> Path:
    """A source with a watched folder beside the home, in which nothing has to rest."""
    drop = home.parent / f"drop-{name}"
    drop.mkdir(exist_ok=True)
    profile(home, name, f'[folder]\npath = "{drop}"\nrest_s = 0\n{more}')
    return drop


def deliver(place: Path, *amounts: tuple[str, str], age_s: float = 3600) -> Path:
    """Put a report where it is to be taken: a line per ISRC and amount."""
    place.parent.mkdir(parents=True, exist_ok=True)
    report(place, [line(isrc, amount) for isrc, amount in amounts])
    moment = AT.timestamp() - age_s
    os.utime(place, (moment, moment))
    return place


@dataclass
class Clock:
    """A clock that a test sets."""

    at: datetime = AT
    told: list[Visit] = field(default_factory=list)

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **more: float) -> "Clock":
        self.at += timedelta(**more)
        return self


def look(home: Path, *sources: str, clock: Clock | None = None, **more: Any) -> list[Visit]:
    """Look at sources as `royalty inbox` does."""
    more.setdefault("sleep", lambda _s: None)
    return collect(InboxOrder(home, SETTINGS, clock or Clock(), **more), sources)


def held(home: Path) -> tuple[int, Decimal]:
    """How many lines the lake holds of all deliveries, and the sum of their amounts.

    Raises:
        AssertionError: the books say something else than the tables.
    """
    seen = frames(home, *TABLES)
    amounts = [one for table in seen.values() for one in table["amount"]]
    lines, amount = len(amounts), sum(filter(None, amounts), Decimal(0))
    booked = asked(home, "SELECT sum(lines)::BIGINT, sum(amount) FROM reported")
    assert booked == [(lines, amount)]
    assert asked(home, "FROM conservation WHERE difference <> 0 OR lines_difference <> 0") == []
    return lines, amount


def became(visits: Sequence[Visit]) -> dict[str, list[tuple[str, str]]]:
    """What each visit took: names and states."""
    return {
        one.source: [(arrival.name, arrival.state.value) for arrival in one.arrivals]
        for one in visits
    }


def notice(notice_id: str, source: str = "acme", at: datetime = AT, **more: Any) -> Notice:
    """A notice that was believed."""
    told: dict[str, Any] = {"type": "report.ready", "subject": None, "body": b"{}", **more}
    return Notice(source, notice_id, at, at, **told)


def signed(
    body: bytes, notice_id: str, at: datetime | None = None, key: bytes = KEY
) -> Mapping[str, str]:
    """The headers of a notice as Standard Webhooks prescribes them, worked out here."""
    seconds = int((at or datetime.now(UTC)).timestamp())
    digest = hmac.digest(key, f"{notice_id}.{seconds}.".encode() + body, hashlib.sha256)
    return {
        "webhook-id": notice_id,
        "webhook-timestamp": str(seconds),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
