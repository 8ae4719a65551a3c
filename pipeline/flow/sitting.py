"""A sitting at the desk: what one person decides in a row, and the money that it released."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import PipelineError, UsageError
from pipeline.flow import adjudicate
from pipeline.flow.review_entry import ReviewEntry, entry
from pipeline.flow.review_queue import OPEN, queue
from pipeline.flow.review_words import Word
from pipeline.settings import Settings
from pipeline.vocab import Decision, SaleLevel

SKIP = "skip"
DECIDES = (Decision.ACCEPT.value, Decision.REJECT.value, Decision.MISSING.value)
ACTS = (*DECIDES, Decision.UNDO.value, SKIP)

_EXACT = Context(prec=60)


@dataclass(frozen=True)
class Press:
    """A button or key that a person pressed, and the row that was in sight.

    Attributes:
        serial: of this press alone: one that arrives twice counts once.
        act: of `ACTS`.
        queue_id: of the row in sight, and its `version`.
        candidate: id of the recording or release chosen; blank where none.
        reason: why; blank where not said.
    """

    serial: str
    act: str
    queue_id: str
    version: str
    candidate: str = ""
    reason: str = ""

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> "Press":
        """A press as a page sends it.

        Raises:
            UsageError: it is none.
        """
        cells = {name: str(sent.get(name) or "").strip() for name in cls.__dataclass_fields__}
        press = cls(**cells)
        if press.act not in ACTS or not press.serial:
            raise UsageError(f"the page sent {press.act!r}, which is no act", "load it again")
        return press


@dataclass(frozen=True)
class Done:
    """What a press came to.

    Attributes:
        act: of `DECIDES`.
        queue_id: of the row.
        what: what the row says, and what it was said to be.
        decisions: ids of the decisions made.
        released: by currency, the money that is paid now and was not.
    """

    act: str
    queue_id: str
    what: str
    decisions: tuple[str, ...]
    released: Mapping[str, Decimal]


@dataclass(frozen=True)
class Sitting:
    """What a person has done since they sat down.

    Attributes:
        done: decisions that stand, the latest last; `released` by them all, by currency.
        skipped: ids of rows put off, which come last now.
        wanted: id of the row that the person went to; None for the first.
        serial: of the last press.
        said: what the last press came to; blank at first.
        problem: why it came to nothing; blank where it did not.
    """

    done: tuple[Done, ...] = ()
    released: Mapping[str, Decimal] = field(default_factory=dict)
    skipped: tuple[str, ...] = ()
    wanted: str | None = None
    serial: str = ""
    said: str = ""
    problem: str = ""

    def failed(self, error: PipelineError, serial: str = "") -> "Sitting":
        """The same, with what went wrong; nothing else is changed."""
        return replace(self, problem=str(error), said="", serial=serial or self.serial)

    def going_to(self, queue_id: str | None) -> "Sitting":
        """The same with another row in sight."""
        return replace(self, wanted=queue_id, said="", problem="")


@dataclass(frozen=True)
class Board:
    """What is on the desk.

    Attributes:
        rows: of the queue in one state, those skipped last; see `review_queue.Queue`.
        ordered_by: their order, in words.
        entry: the row in sight; None where none is left.
    """

    rows: pl.DataFrame
    ordered_by: str
    entry: ReviewEntry | None


def board(
    home: Path, settings: Settings, sitting: Sitting, *, by_artist: bool = False, state: str = OPEN
) -> Board:
    """The queue as it is now, and the row in sight.

    Args:
        home: the home folder.
        settings: its settings.
        sitting: whose.
        by_artist: whether the rows of an artist stand together.
        state: of the rows: `open`, `rejected` or `missing`.
    """
    now = queue(home, settings, by_artist=by_artist)
    skipped = pl.col("queue_id").is_in(list(sitting.skipped))
    rows = now.rows.filter(state=state).sort(skipped, maintain_order=True)
    if rows.is_empty():
        return Board(rows, now.ordered_by, None)
    there = sitting.wanted is not None and sitting.wanted in rows["queue_id"]
    queue_id = sitting.wanted if there and sitting.wanted is not None else rows["queue_id"][0]
    return Board(rows, now.ordered_by, entry(home, settings, queue_id, now))


def carry_out(
    home: Path, settings: Settings, at: datetime, sitting: Sitting, press: Press, *, name: str
) -> Sitting:
    """What a press makes of a sitting; its decision stands in the lake by then.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware.
        sitting: so far.
        press: what was pressed; one that was carried out already changes nothing.
        name: who sits there.

    Raises:
        UsageError: it cannot count: no name is given, nothing is chosen, or somebody else decided
            about the row since it came in sight.
        LakeBusy: another command holds the lake; nothing was decided.
    """
    if press.serial == sitting.serial:
        return sitting
    going = replace(sitting, serial=press.serial, wanted=None, said="", problem="")
    if press.act == SKIP:
        return _skipped(going, press)
    if not name.strip():
        raise UsageError(
            "nothing is decided without a name", "write yours at the top of the page, once"
        )
    if press.act == Decision.UNDO.value:
        return _taken_back(home, settings, at, going, name)
    return _decided(home, settings, at, going, press, name)


def _skipped(sitting: Sitting, press: Press) -> Sitting:
    others = (one for one in sitting.skipped if one != press.queue_id)
    said = "skipped: it comes again after the others"
    return replace(sitting, skipped=(*others, press.queue_id), said=said)


def _decided(
    home: Path, settings: Settings, at: datetime, sitting: Sitting, press: Press, name: str
) -> Sitting:
    row = _row(home, settings, press)
    made = adjudicate.decide(home, settings, at, [_word(press, row["level"])], name=name)
    released = {currency: Decimal(amount) for currency, amount in made.released.items()}
    done = Done(
        press.act,
        press.queue_id,
        _named(press, row),
        tuple(one["decision_id"] for one in made.decisions if one["kind"] in DECIDES),
        released,
    )
    return replace(
        sitting,
        done=(*sitting.done, done),
        released=_added(sitting.released, released),
        skipped=tuple(one for one in sitting.skipped if one != press.queue_id),
        said=f"{done.what}; {money(released) or 'no money'} released",
    )


def _row(home: Path, settings: Settings, press: Press) -> dict[str, Any]:
    """The row pressed upon.

    Raises:
        UsageError: it waits no longer, and `decide` could not tell who settled it.
    """
    found = queue(home, settings).rows.filter(queue_id=press.queue_id)
    if found.is_empty():
        # What settled it is for `decide` to tell, which refuses it whatever its level.
        return {"level": SaleLevel.TRACK.value, "title": None, "artist": None}
    return found.row(0, named=True)


def _word(press: Press, level: str) -> Word:
    """A press as a person's word.

    Raises:
        UsageError: nothing is chosen that could be accepted.
    """
    accepts = press.act == Decision.ACCEPT.value
    if accepts and not press.candidate:
        raise UsageError("nothing is chosen to accept", "choose a candidate, or write an id")
    of_release = level == SaleLevel.RELEASE.value
    return Word(
        press.queue_id,
        Decision(press.act),
        version=press.version,
        recording_id=press.candidate if accepts and not of_release else None,
        release_id=press.candidate if accepts and of_release else None,
        reason=press.reason or None,
    )


_SAID = {
    Decision.ACCEPT.value: "accepted as",
    Decision.REJECT.value: "rejected: none of the candidates",
    Decision.MISSING.value: "missing in the catalog: to be created",
}


def _named(press: Press, row: Mapping[str, Any]) -> str:
    row_name = " – ".join(filter(None, [row["artist"], row["title"]])) or press.queue_id
    chosen = f" {press.candidate}" if press.act == Decision.ACCEPT.value else ""
    return f"{row_name}: {_SAID[press.act]}{chosen}"


def _taken_back(
    home: Path, settings: Settings, at: datetime, sitting: Sitting, name: str
) -> Sitting:
    """The last decision of the sitting undone."""
    if not sitting.done:
        raise UsageError(
            "nothing was decided in this sitting", "`royalty review undo` takes back earlier ones"
        )
    last = sitting.done[-1]
    made = adjudicate.undo(home, settings, at, last.decisions, name=name)
    returned = {currency: Decimal(amount) for currency, amount in made.released.items()}
    return replace(
        sitting,
        done=sitting.done[:-1],
        released=_added(sitting.released, returned),
        wanted=last.queue_id,
        said=f"taken back – {last.what}; {money(returned) or 'no money'}",
    )


def _added(one: Mapping[str, Decimal], other: Mapping[str, Decimal]) -> dict[str, Decimal]:
    currencies = sorted({*one, *other})
    none = Decimal(0)
    return {key: _EXACT.add(one.get(key, none), other.get(key, none)) for key in currencies}


def money(amounts: Mapping[str, Decimal]) -> str:
    """Amounts in one line, every digit of them; blank where there are none."""
    told = (f"{amount.normalize(_EXACT):,f} {key}" for key, amount in amounts.items() if amount)
    return ", ".join(told)
