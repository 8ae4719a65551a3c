"""A desk in tests: lines that wait, people who decide, and what the lake says of it."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from pipeline.flow.adjudicate import Adjudicated, decide, undo
from pipeline.flow.review_queue import queue
from pipeline.flow.review_words import Word
from pipeline.vocab import Decision
from tests.flow.homes import AT, SETTINGS, asked

NOWHERE = "GBZZZ2000001"
"""An ISRC that the catalog does not know; with a title that it does, it contradicts."""
LATER = AT + timedelta(hours=1)


def row(home: Path, title: str) -> dict[str, Any]:
    """The one row of the queue with a title."""
    rows = queue(home, SETTINGS).rows
    (found,) = [one for one in rows.iter_rows(named=True) if one["title"] == title]
    return found


def say(home: Path, kind: Decision, queue_id: str, name: str = "ann", **said: Any) -> Adjudicated:
    """One word of one person, an hour after the reports came."""
    return decide(home, SETTINGS, LATER, [Word(queue_id, kind, **said)], name=name)


def accept(home: Path, title: str, recording: str, **said: Any) -> Adjudicated:
    """Decide that the row with a title is a recording."""
    return say(home, Decision.ACCEPT, row(home, title)["queue_id"], recording_id=recording, **said)


def take_back(home: Path, done: Adjudicated, place: int = 0) -> Adjudicated:
    """Undo one of the decisions."""
    return undo(home, SETTINGS, LATER, [done.decisions[place]["decision_id"]], name="bob")


def money(home: Path) -> dict[tuple[str, str], tuple[int, Any]]:
    """Lines and money by currency and status, over all deliveries."""
    rows = asked(
        home,
        "SELECT currency, status, sum(lines)::INTEGER, sum(amount)::DECIMAL(38, 18) "
        "FROM sums GROUP BY ALL",
    )
    return {(currency, status): (lines, amount) for currency, status, lines, amount in rows}


def conserved(home: Path, lines: int, **reported: int) -> None:
    """No line and no money is lost, whatever was decided."""
    found = asked(
        home,
        "SELECT currency, sum(lines)::INTEGER FROM sums GROUP BY ALL",
    )
    assert sum(count for _, count in found) == lines
    differences = asked(home, "SELECT DISTINCT difference, lines_difference FROM conservation")
    assert differences == [(0, 0)]
    assert {
        currency: sum(amount for (own, _), (_, amount) in money(home).items() if own == currency)
        for currency, _ in found
    } == {currency: Decimal(amount) for currency, amount in reported.items()}
