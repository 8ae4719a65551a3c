"""The sketch of a delivery, taken part by part while its lines are written."""

import numpy as np
import polars as pl

from pipeline.contract.columns import CONTEXT, MONEY
from pipeline.faults import route
from pipeline.flow import guard, parquet
from pipeline.flow.absorb import TORN
from pipeline.flow.delivery import Delivery
from pipeline.flow.judging import DECIDED
from pipeline.flow.settle import Numbers, Settled
from pipeline.store import lake
from pipeline.vocab import Fault
from pipeline.watch.sketch import Lines, Sketch, sketched
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_rows import rows

ROWS = 500_000
"""Sums that wait to be added to those before: many parts at once cost less."""


class Sketching:
    """Takes the sketches of parts, and writes that of the delivery."""

    def __init__(self, settled: Settled, delivery: Delivery) -> None:
        """Begin with nothing."""
        self._delivery = delivery
        self._drifted = bool(settled.whole & route.BIT[Fault.SCHEMA_DRIFT])
        identities = settled.identities
        self._grid = Grid.of(
            settled.contexts.rows.select(*CONTEXT, sets=pl.Series(settled.context_sets)),
            identities.rows.with_columns(sets=pl.Series(settled.identity_sets & ~DECIDED)),
            {name: (words.codes, words.values) for name, words in identities.words.items()},
            [fault.value for fault in route.OF_LINES],
        )
        self._waiting: list[Sketch] = []

    def part(self, lines: pl.DataFrame, identity: Numbers, context: Numbers) -> Sketch:
        """The sketch of a part's lines; in a worker.

        Args:
            lines: as `absorb` left them.
            identity: the number of each line's identity as reported.
            context: the number of its context.
        """
        sets = lines["sets"].to_numpy()
        unread = (sets & TORN) != 0
        if self._drifted:
            sets = np.where(unread, sets & TORN, route.BIT[Fault.SCHEMA_DRIFT])
            unread = np.ones(len(sets), dtype=np.bool_)
        money = lines.select(name for name in MONEY if name in lines.columns)
        return sketched(Lines(context, identity, sets, unread, money), self._grid)

    def add(self, sketch: Sketch) -> None:
        """Take the sketch of the next part."""
        self._waiting.append(sketch)
        first, *others = self._waiting
        if sum(one.size for one in others) > max(ROWS, first.size):
            self._waiting = [Sketch.joined(self._waiting)]

    def files(self) -> list[lake.NewFile]:
        """The file of the delivery's sketch."""
        told = rows(Sketch.joined(self._waiting), self._grid).with_columns(
            manifest=pl.lit(self._delivery.manifest),
            accounting_period=pl.lit(self._delivery.accounting_period),
            source=pl.lit(self._delivery.source),
        )
        guard.refuse_broken("drift", told)
        written = parquet.write(told, "drift", self._delivery.run.file("drift", "0"))
        return [] if written is None else [written]
