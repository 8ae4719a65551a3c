"""The sketch of a delivery, taken part by part while its lines are written."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

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
from pipeline.watch.sketch_pairs import Ordered, bundles, summed
from pipeline.watch.sketch_pieces import Piece
from pipeline.watch.sketch_rows import rows
from pipeline.watch.sketch_sums import Tally

_NUMBER, _PIECE = 4, 8
"""Bytes of the number of an identity, and of a piece of money."""
WAITING = 200_000
"""Sums of parts that wait to be added to those before: many at once cost less."""


@dataclass(frozen=True)
class Spilled:
    """Lines in the order of their groups, on disk.

    Attributes:
        path: their identities, and the pieces of their weights one after the other.
        types: of each piece.
        lines: the same without their columns.
    """

    path: Path
    types: tuple[np.dtype[Any], ...]
    lines: Ordered

    @classmethod
    def of(cls, lines: Ordered, path: Path) -> "Spilled":
        """Lines written to a file."""
        with path.open("wb") as file:
            lines.identity.tofile(file)
            for piece in lines.pieces:
                piece.tofile(file)
        return cls(path, tuple(piece.dtype for piece in lines.pieces), lines.without_columns())

    def between(self, groups: range) -> Ordered:
        """The lines of some groups, read back."""
        begin, end = (int(self.lines.begins[at]) for at in (groups.start, groups.stop))
        whole, count = int(self.lines.begins[-1]), end - begin
        identity = np.fromfile(self.path, np.uint32, count, offset=begin * _NUMBER)
        first = whole * _NUMBER + begin * _PIECE
        pieces: list[Piece] = [
            np.fromfile(self.path, dtype, count, offset=first + place * whole * _PIECE)
            for place, dtype in enumerate(self.types)
        ]
        return self.lines.between(groups, identity, pieces)


@dataclass(frozen=True)
class PartSketch:
    """The sketch of a part; lines of it that are not counted yet stand on disk."""

    sketch: Sketch
    spilled: tuple[Spilled, ...]


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
        self._spilled: list[Spilled] = []

    def part(
        self, index: int, lines: pl.DataFrame, identity: Numbers, context: Numbers
    ) -> PartSketch:
        """The sketch of a part's lines; in a worker.

        Args:
            index: the number of the part.
            lines: as `absorb` left them.
            identity: the number of each line's identity as reported.
            context: the number of its context.
        """
        sets, unread = self._read(lines["sets"].to_numpy())
        money = lines.select(name for name in MONEY if name in lines.columns)
        sketch = sketched(Lines(context, identity, sets, unread, money), self._grid)
        folder = self._delivery.run.dir
        spilled = tuple(
            Spilled.of(block, folder / f"pairs-{index:05}-{number:03}")
            for number, block in enumerate(sketch.ordered)
        )
        return PartSketch(replace(sketch, ordered=()), spilled)

    def _read(self, sets: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """The faults of lines' own cells, and which of them were not read."""
        unread = (sets & TORN) != 0
        if not self._drifted:
            return sets, unread
        whole = np.where(unread, sets & TORN, route.BIT[Fault.SCHEMA_DRIFT])
        return whole, np.ones(len(sets), dtype=np.bool_)

    def add(self, part: PartSketch) -> None:
        """Take the sketch of the next part."""
        self._spilled += part.spilled
        self._waiting.append(part.sketch)
        first, *others = self._waiting
        if sum(one.size for one in others) > max(WAITING, first.size):
            self._waiting = [Sketch.joined(self._waiting)]

    def files(self) -> list[lake.NewFile]:
        """The file of the delivery's sketch."""
        sketch = Sketch.joined(self._waiting)
        told = rows(sketch, self._pairs(sketch), self._grid).with_columns(
            manifest=pl.lit(self._delivery.manifest),
            accounting_period=pl.lit(self._delivery.accounting_period),
            source=pl.lit(self._delivery.source),
        )
        guard.refuse_broken("drift", told)
        written = parquet.write(told, "drift", self._delivery.run.file("drift", "0"))
        return [] if written is None else [written]

    def _pairs(self, sketch: Sketch) -> Iterator[Tally]:
        """Sums by group and identity, some whole groups at a time."""
        if not self._spilled:
            yield Tally.of(sketch.pairs)
            return
        identities = len(self._grid.kind_of)
        for groups in bundles(self._grid.groups.height, identities):
            yield summed((one.between(groups) for one in self._spilled), groups, identities)
        for one in self._spilled:
            one.path.unlink()
