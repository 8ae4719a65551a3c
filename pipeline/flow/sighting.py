"""A manifest held against what its source has sent before, and what comes of that."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.faults import route
from pipeline.flow import messages
from pipeline.flow.absorb import Absorbed
from pipeline.flow.delivery import Delivery, Key
from pipeline.flow.line_hashes import Hashing, Reported
from pipeline.flow.repeated import Repeats
from pipeline.flow.repeats import Delivered, delivered, repeats, same
from pipeline.flow.settle import Settled
from pipeline.flow.tally import Book
from pipeline.vocab import Fault


@dataclass(frozen=True)
class Sighting:
    """What a manifest reports, and how much of that came before.

    Attributes:
        reported: what it reports.
        repeats: what its source has sent before.
        home: the home folder.
        replaced: deliveries that it is said to replace: repeating them means nothing.
        clash: that another report came under the same message id; None where none did.
    """

    reported: Reported
    repeats: Repeats
    home: Path
    replaced: frozenset[Key]
    clash: str | None

    def held(self, settled: Settled, delivery: Delivery) -> tuple[Settled, Delivery]:
        """The manifest on hold as a whole, where a person must say what it is.

        One whose layout is not known is judged once it is: until then its lines are but bytes.
        """
        drifted = settled.whole & route.BIT[Fault.SCHEMA_DRIFT]
        why = [str(self.repeats)] if self.repeats.is_substantial(delivery.settings) else []
        why += [self.clash] if self.clash is not None else []
        if drifted or not why:
            return settled, delivery
        whole = np.uint32(settled.whole | route.BIT[Fault.POSSIBLE_DUPLICATE])
        told = {**delivery.whole, Fault.POSSIBLE_DUPLICATE: "; ".join(why)}
        return replace(settled, whole=whole), replace(delivery, whole=told)

    def recorded(self, book: Book, delivery: Delivery) -> Book:
        """The book with what the next report is held against."""
        unanswered = messages.unanswered(delivery, self.home, self.replaced)
        alerts = [book.batch.alerts, messages.alerts(unanswered, delivery)]
        batch = replace(
            book.batch,
            files=[*book.batch.files, self.reported.file],
            contents=self.reported.record(delivery),
            messages=messages.records(delivery),
            alerts=pl.concat(alerts, how="diagonal_relaxed"),
        )
        told = [said for said in (self.clash, unanswered) if said is not None]
        seen = {**self.repeats.as_json(), **({"message": "; ".join(told)} if told else {})}
        return Book(replace(book.report, seen=seen), batch)

    def is_overtaken(self, delivery: Delivery) -> bool:
        """Whether deliveries that came since make another thing of it; under the commit lock."""
        known = _delivered(self.reported, self.home, delivery)
        new = [one for one in known if one.key not in self.repeats.known]
        if not new:
            return False
        if any(one.is_equal(self.reported, delivery.accounting_period) for one in new):
            return True
        clash = messages.clash(delivery, self.reported.content, self.home, self.replaced)
        if (clash is None) != (self.clash is None):
            return True
        again = repeats(self.reported, known, self.home, self.replaced)
        settings = delivery.settings
        return again.is_substantial(settings) != self.repeats.is_substantial(settings)


def sighted(
    absorbed: Sequence[Absorbed],
    settled: Settled,
    delivery: Delivery,
    hashing: Hashing,
    home: Path,
    replaced: frozenset[Key] = frozenset(),
) -> Sighting:
    """Hold a manifest against what its source has sent before, before a line of it is written."""
    told = hashing.reported(settled.contexts.rows, delivery)
    known = _delivered(told, home, delivery)
    period = delivery.accounting_period
    found = same(told, known, absorbed, home, delivery.settings, period)
    counted = replace(repeats(told, known, home, replaced), same=found)
    clash = messages.clash(delivery, told.content, home, replaced)
    return Sighting(told, counted, home, replaced, clash)


def _delivered(told: Reported, home: Path, delivery: Delivery) -> list[Delivered]:
    return delivered(told, home, delivery.settings, delivery.source, delivery.key)
