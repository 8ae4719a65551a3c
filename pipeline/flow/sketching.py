"""The sketch of a delivery, taken part by part while its lines are written."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path
from threading import Lock

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
from pipeline.watch.sketch import Lines, Sketch
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_keys import Counted
from pipeline.watch.sketch_pairs import NARROW, WIDE, Ordered, counts
from pipeline.watch.sketch_rows import rows
from pipeline.watch.sketch_sums import Counts, joined


class Kept:
    """Lines in the order of their groups, on disk as soon as many have come."""

    def __init__(self, path: Path, width: int, groups: int) -> None:
        """Begin with nothing.

        Args:
            path: the file for them.
            width: words of each line.
            groups: how many there are.
        """
        self._path = path
        self._width = width
        self._groups = groups
        self._height = 0
        self._begins: list[NDArray[np.int64]] = []
        self._lock = Lock()

    def add(self, lines: Ordered) -> None:
        """Write lines; of several threads one after the other."""
        with self._lock, self._path.open("ab") as file:
            lines.rows.tofile(file)
            self._begins.append(lines.begins + self._height)
            self._height += len(lines.rows)

    def whole(self, last: list[Ordered]) -> Ordered:
        """All lines: they stay where they are, but nobody else sees them any more.

        Args:
            last: lines that are not worth a file of their own.
        """
        if not self._height:
            return Ordered.joined(last, self._width, self._groups)
        for lines in last:
            self.add(lines)
        rows = np.memmap(self._path, np.uint64, "r", shape=(self._height, self._width))
        self._path.unlink()
        return Ordered(np.asarray(rows), np.concatenate(self._begins))


class Sketching:
    """Counts the lines of parts, and writes the sketch of the delivery."""

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
        groups = self._grid.groups.height
        self._kept = {
            width: Kept(delivery.run.dir / f"lines-{width}", width, groups)
            for width in (NARROW, WIDE)
        }
        self._sketches: list[Sketch] = []
        self._idle: deque[Sketch] = deque()

    def part(self, lines: pl.DataFrame, identity: Numbers, context: Numbers) -> None:
        """Count a part's lines; in a worker, while others may count those of other parts.

        Args:
            lines: as `absorb` left them.
            identity: the number of each line's identity as reported.
            context: the number of its context.
        """
        sets, unread = self._read(lines["sets"].to_numpy())
        money = lines.select(name for name in MONEY if name in lines.columns)
        sketch = self._taken()
        sketch.add(Lines(context, identity, sets, unread, money))
        self._idle.append(sketch)

    def _taken(self) -> Sketch:
        """Sums that no other thread adds to now; there are never more than threads."""
        try:
            return self._idle.pop()
        except IndexError:
            sketch = Sketch(self._grid, lambda lines: self._kept[lines.rows.shape[1]].add(lines))
            self._sketches.append(sketch)
            return sketch

    def _read(self, sets: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
        """The faults of lines' own cells, and which of them were not read."""
        unread = (sets & TORN) != 0
        if not self._drifted:
            return sets, unread
        whole = np.where(unread, sets & TORN, route.BIT[Fault.SCHEMA_DRIFT])
        return whole, np.ones(len(sets), dtype=np.bool_)

    def files(self, executor: Executor) -> list[lake.NewFile]:
        """The file of the delivery's sketch; the executor has one more thread than calls this."""
        counted = Counted.of(joined(sketch.table.rows for sketch in self._sketches), self._grid)
        told = rows(counted, self._pairs(), self._grid, executor.map).with_columns(
            manifest=pl.lit(self._delivery.manifest),
            accounting_period=pl.lit(self._delivery.accounting_period),
            source=pl.lit(self._delivery.source),
        )
        guard.refuse_broken("drift", told)
        written = parquet.write(told, "drift", self._delivery.run.file("drift", "0"))
        return [] if written is None else [written]

    def _pairs(self) -> Iterator[Counts]:
        """All lines by group and identity."""
        waiting = [lines for sketch in self._sketches for lines in sketch.waiting()]
        narrow, wide = (
            kept.whole([lines for lines in waiting if lines.rows.shape[1] == width])
            for width, kept in self._kept.items()
        )
        return counts(narrow, wide, len(self._grid.kind_of))
