"""Screens of the quarantine: the queue, and one entry with its bytes."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_never

from rich.text import Text

from pipeline.flow.queue import Entry, Payload, Shown
from pipeline.flow.standing import Alert
from pipeline.report import layout
from pipeline.report.layout import SHORT_ID, Column
from pipeline.vocab import Kind, Outcome

LEDGER_DIGITS = 9
"""Digits of a ledger id on a screen; commands need eight."""

_HEX_BYTES = 16
_MAX_BYTES = 4096
"""How much of a payload a screen shows; `--json` gives all of it."""


def queue_screen(entries: Sequence[Entry], in_all: int, at: datetime, width: int) -> Iterator[Text]:
    """One line per entry: what it is, what is wrong, what is at stake."""
    if not entries:
        yield layout.note("nothing is in quarantine, and nothing is on hold as a whole")
        return
    columns = [
        Column("id"),
        Column("fault"),
        Column("lines", right=True),
        Column("amount", right=True),
        Column(""),
        Column("age", right=True),
        Column("what", flexible=True),
    ]
    rows = [row for entry in entries for row in _rows(entry, at)]
    yield from layout.table(columns, rows, width)
    if len(entries) < in_all:
        yield layout.note(f"… and {in_all - len(entries):,} more: --limit, --fault or --manifest")


def _rows(entry: Entry, at: datetime) -> Iterator[list[str]]:
    """An entry's row, and one more for each further currency."""
    age = layout.duration(layout.seconds_between(entry.first_at, at))
    begin = [entry.ledger_id[:LEDGER_DIGITS], entry.fault, f"{entry.lines:,}"]
    end = [age, _what(entry)]
    for currency, amount in entry.money.items():
        yield [*begin, _amount(amount), layout.currency_name(currency), *end]
        begin, end = ["", "", ""], ["", ""]


def _amount(amount: Decimal | None) -> str:
    return layout.decimals([amount])[0] if amount else "–"


def _what(entry: Entry) -> str:
    """What an entry stands for, the telling part first."""
    report = Path(entry.path).name if entry.path else entry.manifest[:SHORT_ID]
    said = "" if entry.outcome == Outcome.OPENED else f" ({entry.outcome})"
    match Kind(entry.kind):
        case Kind.LINE:
            return f"line {entry.line}{said}, {report}"
        case Kind.ASSET:
            asset = (entry.asset or "").removeprefix("isrc:")
            return f"{asset}{said}, {report}"
        case Kind.MANIFEST:
            return f"all of {report}{said}"
        case Kind.REQUEST:
            return f"{entry.detail or 'a request'}{said}"
        case other:
            assert_never(other)


def entry_screen(shown: Shown, at: datetime, width: int) -> Iterator[Text]:
    """Everything that is known of one entry."""
    sections: list[Sequence[Text]] = [
        [layout.heading(shown.ledger_id), *_pairs({**shown.entry, **shown.line})]
    ]
    if shown.payload is not None:
        sections.append(_payload(shown.payload))
    if shown.lines:
        sections.append(_lines(shown, width))
    if shown.history:
        sections.append(_history(shown.history, at, width))
    return layout.joined(*sections)


def _pairs(values: Mapping[str, Any]) -> Iterator[Text]:
    """One line per value that is there, the names aligned."""
    told = {
        name: _told(value)
        for name, value in values.items()
        if value not in (None, "", []) and name not in {"ledger_id", "is_open", "run"}
    }
    longest = max(map(len, told), default=0)
    for name, value in told.items():
        yield layout.note(f"{name:<{longest}}  {value}".replace("\n", "\\n"))


def _told(value: Any) -> str:
    if isinstance(value, Decimal):
        return layout.decimals([value])[0]
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M:%S} UTC"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _payload(payload: Payload) -> list[Text]:
    """The bytes as delivered: as text, then in hex."""
    pairs = payload.hex.split(" ") if payload.hex else []
    shown = pairs[:_MAX_BYTES]
    rows = [shown[place : place + _HEX_BYTES] for place in range(0, len(shown), _HEX_BYTES)]
    lines = [
        layout.heading(f"{layout.count(len(pairs), 'byte')} as delivered"),
        layout.note(payload.text[:_MAX_BYTES].replace("\n", "\\n")),
        *(
            layout.note(f"{number * _HEX_BYTES:06x}  {' '.join(row)}")
            for number, row in enumerate(rows)
        ),
    ]
    if len(shown) < len(pairs):
        lines.append(layout.note(f"… and {len(pairs) - len(shown):,} bytes more: --json"))
    return lines


def _lines(shown: Shown, width: int) -> list[Text]:
    """The lines of a group."""
    columns = [
        Column("id"),
        Column("line", right=True),
        Column("amount", right=True),
        Column(""),
        Column("title", flexible=True),
        Column("artist", flexible=True),
    ]
    texts = layout.decimals(line["amount"] or Decimal(0) for line in shown.lines)
    rows = [
        [
            line["ledger_id"][:LEDGER_DIGITS],
            f"{line['line']}",
            text if line["amount"] is not None else "unreadable",
            layout.currency_name(line["currency"]),
            line["title"] or "",
            line["artist"] or "",
        ]
        for line, text in zip(shown.lines, texts, strict=True)
    ]
    more = shown.lines_in_all - len(rows)
    said = f"Its lines{f' (the largest {len(rows)} of {shown.lines_in_all:,})' if more else ''}"
    return [layout.heading(said), *layout.table(columns, rows, width)]


def _history(events: Sequence[Mapping[str, Any]], at: datetime, width: int) -> list[Text]:
    """The events of an entry."""
    columns = [
        Column("at (UTC)"),
        Column("attempt", right=True),
        Column("outcome"),
        Column("fault"),
        Column("next try", right=True),
        Column("detail"),
    ]
    rows = [
        [
            f"{event['at']:%Y-%m-%d %H:%M:%S}",
            f"{event['attempt']}",
            event["outcome"],
            event["fault"],
            layout.due(event["next_attempt_at"], at),
            event["detail"] or "",
        ]
        for event in events
    ]
    return [layout.heading("Ledger"), *layout.table(columns, rows, width)]


def alerts_screen(alerts: Sequence[Alert], in_all: int, width: int) -> Iterator[Text]:
    """One line per alert, the latest first."""
    if not alerts:
        yield layout.note("no alerts")
        return
    columns = [
        Column("at (UTC)"),
        Column("alert"),
        Column("fault"),
        Column("lines", right=True),
        Column("amount", right=True),
        Column(""),
        Column("asset", flexible=True),
        Column("manifest"),
    ]
    rows = [
        [
            f"{one.at:%Y-%m-%d %H:%M}",
            one.severity,
            one.fault,
            f"{one.lines:,}",
            _amount(one.amount),
            layout.currency_name(one.currency) if one.amount else "",
            one.asset or "–",
            one.manifest[:LEDGER_DIGITS],
        ]
        for one in alerts
    ]
    yield from layout.table(columns, rows, width)
    if len(alerts) < in_all:
        yield layout.note(f"… and {in_all - len(alerts):,} more: --limit")
