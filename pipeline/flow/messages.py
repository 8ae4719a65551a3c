"""What a report's sender calls it: whether that was sent before, and what it says to replace."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipeline.flow.delivery import Delivery, Key
from pipeline.flow.opening import Opened
from pipeline.flow.order import Order
from pipeline.flow.replacement import Replacement
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.vocab import Fault, Severity

_SHORT_ID = 12


@dataclass(frozen=True)
class Sent:
    """A delivery of a message; a row of `queries/seen/messages.sql`."""

    manifest: str
    accounting_period: str
    part: str | None
    content: str | None
    outcome: str | None
    by_message: str | None

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.manifest, self.accounting_period


def sent(home: Path, settings: Settings, source: str, message_id: str) -> list[Sent]:
    """The deliveries of a source's message.

    Raises:
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    with lake.reading(home, settings) as con:
        params = {"source": source, "message_id": message_id}
        return [Sent(*row) for row in con.execute(query("seen/messages"), params).fetchall()]


def ordered(order: Order, opened: Opened) -> Order:
    """The order with what the report's sender says that it replaces, unless a person says so."""
    message = opened.message
    if message.replaces is None or order.replacement is not None:
        return order
    source = opened.profile.name
    olds = [one for one in sent(order.home, order.settings, source, message.replaces)
            if one.outcome is None]  # fmt: skip
    if not olds:
        return order
    given = tuple(f"{one.manifest}@{one.accounting_period}" for one in olds)
    reason = f"its message {message.own or '(without an id)'} replaces {message.replaces}"
    return replace(order, replacement=Replacement(given, reason, source))


def clash(delivery: Delivery, content: str, home: Path, replaced: Collection[Key]) -> str | None:
    """That another report came under the same message id, in one sentence; None where none did.

    Args:
        delivery: the report at hand.
        content: the sum of its line hashes.
        home: the home folder.
        replaced: deliveries that it replaces.
    """
    message = delivery.message
    if message.own is None:
        return None
    others = [
        one
        for one in sent(home, delivery.settings, delivery.source, message.own)
        if one.manifest != delivery.manifest and one.part == message.part
        if one.outcome is None and one.key not in replaced and one.content != content
    ]
    if not others:
        return None
    of = f"{others[0].manifest[:_SHORT_ID]} ({others[0].accounting_period or 'undated'})"
    return f"its sender's message id {message.own} is that of {of}, which reports other lines"


def unanswered(delivery: Delivery, home: Path, replaced: Collection[Key]) -> str | None:
    """That its sender says that it replaces what it does not, in one sentence; None otherwise.

    The next file of a message finds replaced already what the first has replaced.
    """
    message = delivery.message
    if message.replaces is None:
        return None
    known = sent(home, delivery.settings, delivery.source, message.replaces)
    if any(one.key in replaced for one in known):
        return None
    if known and message.own in {one.by_message for one in known}:
        return None
    why = "has none of that message" if not known else "has not had it replaced by this"
    return f"its sender says that it replaces message {message.replaces}; the lake {why}"


def records(delivery: Delivery) -> pl.DataFrame:
    """The rows of `lake.MESSAGES`."""
    message = delivery.message
    rows = []
    if message.own is not None:
        said = (message.own, message.part, message.replaces)
        rows.append((*delivery.key, delivery.source, *said))
    return pl.DataFrame(rows, schema=lake.MESSAGES, orient="row")


def alerts(told: str | None, delivery: Delivery) -> pl.DataFrame:
    """One alert where its sender's word could not be followed."""
    rows = [] if told is None else [(*delivery.key, told)]
    schema = {**lake.DELIVERY, "detail": pl.String()}
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(
        severity=pl.lit(Severity.WARNING.value), fault=pl.lit(Fault.POSSIBLE_DUPLICATE.value)
    )
