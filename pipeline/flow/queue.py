"""What stands in the way of money, entry by entry: the queue that a person works off."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.flow import entries, status
from pipeline.settings import Settings
from pipeline.vocab import Fault

SHOWN_LINES = 20
"""How many lines of a group are shown."""


@dataclass(frozen=True)
class Entry:
    """A quarantined line, a halted asset or a held manifest; clocks are UTC.

    Attributes:
        line: where the line begins in its report; of a group, its first.
        outcome: what its last event says.
        lines: those at stake that it stands for.
        money: by currency.
        unreadable_lines: of them, lines whose amount cannot be read.
    """

    ledger_id: str
    kind: str
    fault: str
    outcome: str
    manifest: str
    accounting_period: str
    source: str | None
    path: str | None
    line: int | None
    asset: str | None
    detail: str | None
    first_at: datetime
    lines: int
    money: dict[str, Decimal]
    unreadable_lines: int


@dataclass(frozen=True)
class Payload:
    """The bytes of a line as delivered: as text, what is no text replaced, and in hex."""

    sha256: str
    text: str
    hex: str


@dataclass(frozen=True)
class Shown:
    """Everything that is known of one entry.

    Attributes:
        ledger_id: its whole id.
        entry: the entry as its events left it; empty for a line that waits with others only.
        line: the line's cells; empty for a group.
        payload: the line's bytes; None for a group.
        lines: the largest lines of a group; `lines_in_all` of them.
        history: its events in order.
    """

    ledger_id: str
    entry: dict[str, Any]
    line: dict[str, Any]
    payload: Payload | None
    lines: list[dict[str, Any]]
    lines_in_all: int
    history: list[dict[str, Any]] = field(default_factory=list)


def listed(
    home: Path,
    settings: Settings,
    limit: int,
    *,
    fault: str | None = None,
    manifest: str | None = None,
) -> tuple[list[Entry], int]:
    """Quarantined lines and open groups, groups first, then the largest; how many there are.

    Args:
        home: the home folder.
        settings: its settings.
        limit: how many to list.
        fault: only those of a fault, lines on hold for it included.
        manifest: only those of a manifest, by its id or the beginning of it.

    Raises:
        UsageError: there is no such fault.
    """
    if fault is not None and fault not in set(Fault):
        raise UsageError(f"{fault!r} is no fault", f"known: {', '.join(sorted(Fault))}")
    params = {"fault": fault, "manifest": manifest and manifest.lower(), "largest": limit}
    with status.session(home, settings) as con:
        found = status.rows(con, "entries", params)
    in_all = found[0]["entries_in_all"] if found else 0
    return list(_entries(found)), in_all


def _entries(found: list[dict[str, Any]]) -> Iterator[Entry]:
    """One entry per run of rows, which are one per currency."""
    for _, group in groupby(found, key=itemgetter("place")):
        rows = list(group)
        plain = {
            name: rows[0][name]
            for name in Entry.__dataclass_fields__
            if name not in {"lines", "money", "unreadable_lines", "line"}
        }
        yield Entry(
            **plain,
            line=min((row["line"] for row in rows if row["line"] is not None), default=None),
            lines=sum(row["lines"] for row in rows),
            money={row["currency"]: row["amount"] for row in rows},
            unreadable_lines=sum(row["unreadable_lines"] for row in rows),
        )


def shown(home: Path, settings: Settings, given: str) -> Shown:
    """Everything that is known of the entry or line that an id, or its beginning, names.

    Raises:
        UsageError: it names none, or several.
    """
    with status.session(home, settings) as con:
        ledger_id = entries.named(con, [given])["ledger_id"][0]
        named = {"ledger_id": ledger_id}
        line = next(iter(status.rows(con, "line", named)), {})
        lines = status.rows(con, "entry_lines", {**named, "largest": SHOWN_LINES})
        raw = line.pop("raw", None)
        return Shown(
            ledger_id=ledger_id,
            entry=next(iter(status.rows(con, "entry", named)), {}),
            line=line,
            payload=None if raw is None else _payload(raw, line["payload_sha256"]),
            lines=[{name: row[name] for name in row if name != "lines_in_all"} for row in lines],
            lines_in_all=lines[0]["lines_in_all"] if lines else 0,
            history=status.rows(con, "history", named),
        )


def _payload(raw: bytes, sha256: str) -> Payload:
    return Payload(sha256, raw.decode("utf-8", "backslashreplace"), raw.hex(" "))
