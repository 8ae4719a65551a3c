"""What the ledger and people are told of a report that does not hold what is declared of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import polars as pl

from pipeline.contract.columns import AMOUNT
from pipeline.faults import ledger
from pipeline.flow.control import REMITTANCE, Figure, Slack, Word, described, rows_of
from pipeline.flow.replaying import Replay
from pipeline.store import lake
from pipeline.vocab import Balance, Fault, Kind, Outcome, Severity

_ALERT: dict[str, pl.DataType] = {
    "severity": pl.String(),
    "fault": pl.String(),
    "lines": pl.Int64(),
    "currency": pl.String(),
    "amount": AMOUNT,
    "detail": pl.String(),
}


def alerts(figures: Iterable[Figure], lines: int, awaits: int = 0) -> pl.DataFrame:
    """One alert per sum of money that is off, with its currency and the difference; one for counts.

    The lines stand in the first of them, so that alerts can be summed.

    Args:
        figures: those that are off.
        lines: of the delivery.
        awaits: how many reports that are paid together with it are still to come: what was paid
            for all of them is then off by these, which is a warning.
    """
    off = list(figures)
    counts = [one for one in off if not one.currency]
    rows = [_alert(Severity.HIGH, described(counts), lines)] if counts else []
    for one in (one for one in off if one.currency):
        is_early = bool(awaits) and one.what == REMITTANCE
        detail = f"{one}; {awaits} paid together with it to come" if is_early else str(one)
        alert = _alert(Severity.WARNING if is_early else Severity.HIGH, detail, lines)
        rows.append(alert | {"currency": one.currency, "amount": one.difference})
    first = [row | ({"lines": 0} if place else {}) for place, row in enumerate(rows)]
    return pl.DataFrame(first, schema=_ALERT)


def _alert(severity: Severity, detail: str, lines: int) -> dict[str, Any]:
    fault = Fault.OUT_OF_BALANCE.value
    return {"severity": severity.value, "fault": fault, "lines": lines, "detail": detail}


def consent(figures: Iterable[Figure], word: Word) -> str:
    """A person's word for the ledger, with both figures of each difference that it accepts."""
    return f"difference accepted by {word.name}: {word.reason} ({described(figures)})"


def consented(opened: pl.DataFrame, figures: Iterable[Figure], run: lake.Run) -> pl.DataFrame:
    """The events that end entries as soon as they are opened, by a word that came beforehand.

    Args:
        opened: their `opened` events.
        figures: the differences that are accepted.
        run: the run.
    """
    taken = tuple(figures)
    word = taken[0].word if taken else None
    mine = opened.filter(pl.col("fault") == Fault.OUT_OF_BALANCE.value)
    if word is None or not mine.height:
        return opened.clear()
    states = ledger.state(mine)
    detail = consent(taken, word)
    return ledger.closed(states, Outcome.RELEASED, at=run.at, run=run.id, detail=detail)


def figure_of(row: Mapping[str, Any]) -> Figure:
    """A figure as the books hold it; its slack is the tolerance that held in its direction."""
    accepted = row["balance"] == Balance.ACCEPTED
    return Figure(
        row["what"],
        row["declared"],
        row["found"],
        row["currency"],
        Slack(row["tolerance"], row["tolerance"]),
        row["balance"] != Balance.UNKNOWN,
        row["remittances"],
        Word(row["reason"], row["accepted_by"]) if accepted else None,
    )


def weighed_last(replay: Replay, delivery: tuple[str, str]) -> Iterator[Figure]:
    """The figures of a delivery, as they were weighed last."""
    with lake.reading(replay.home, replay.settings) as con:
        rows: pl.DataFrame = con.sql("FROM control").pl()
    own = rows.filter(manifest=delivery[0], accounting_period=delivery[1])
    yield from map(figure_of, own.iter_rows(named=True))


def holds(states: pl.DataFrame) -> pl.DataFrame:
    """The open entries of deliveries that do not hold what is declared of them."""
    return states.filter("is_open", kind=Kind.MANIFEST.value, fault=Fault.OUT_OF_BALANCE.value)


def whole(
    figures: Iterable[Figure], changed: Iterable[Figure], word: Word | None = None
) -> list[Figure]:
    """The figures to book where some have changed: with those, all other currencies of theirs.

    Args:
        figures: all of a delivery.
        changed: some of them.
        word: that of a person who accepts what is off.
    """
    named = {one.what for one in changed}
    return [replace(one, word=one.word or word) for one in figures if one.what in named]


def accept(replay: Replay, states: pl.DataFrame, word: Word) -> list[str]:
    """Book a person's word on whatever is off in some deliveries, and end their entries.

    Args:
        replay: at work.
        states: entries; those of deliveries that are out of balance are taken.
        word: the person's.

    Returns:
        The ids of the entries that ended.
    """
    ended = []
    for ledger_id, *delivery in holds(states).select("ledger_id", *lake.DELIVERY).iter_rows():
        key = (delivery[0], delivery[1])
        last = list(weighed_last(replay, key))
        off = [one for one in last if one.balance is Balance.OFF]
        if not off:
            # Of a lake that was made before differences were booked.
            continue
        replay.moves.control.append(rows_of({key: whole(last, off, word)}))
        entry = states.filter(ledger_id=ledger_id)
        replay.close(entry, Outcome.RELEASED, consent(off, word))
        ended.append(ledger_id)
    return ended
